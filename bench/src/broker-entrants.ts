import { isHere, type BrokerName } from './brokers.ts'
import { clientEntrant, type Task } from './client-entrant.ts'
import { amqplib } from './clients.ts'
import type { Entrant, Sample } from './row.ts'
import { usageOf } from './usage.ts'

/** What the tables call the brokers. */
export const titles: Readonly<Record<BrokerName, string>> = {
  embedded: 'embedded broker',
  rabbitmq: 'RabbitMQ',
  'rabbitmq 3.10': 'RabbitMQ 3.10',
  null: 'null broker',
}

/** The one that the others are compared with. */
export const referenceBroker = titles.rabbitmq

/** Those that keep messages. */
export const realBrokers: readonly BrokerName[] = ['embedded', 'rabbitmq', 'rabbitmq 3.10']

/** A load that amqplib does on a broker; the CPU in the table is the broker's. */
export function onBroker(broker: BrokerName, task: Omit<Task, 'broker' | 'name'>): Entrant {
  return {
    name: titles[broker],
    async enter(stage) {
      if (!(await isHere(broker))) return 'not here'
      const runner = await clientEntrant(amqplib, { ...task, broker }).enter(stage)
      if (typeof runner === 'string') return runner
      const { pid } = await stage.broker(broker)
      return {
        async run(count): Promise<Sample> {
          const before = await usageOf(pid)
          const { value, more } = await runner.run(count)
          const after = await usageOf(pid)
          return {
            value,
            ...(before && after && { cpu: ((after.cpu - before.cpu) * 1e6) / count }),
            ...(more && { more }),
          }
        },
        [Symbol.asyncDispose]: () => runner[Symbol.asyncDispose](),
      }
    },
  }
}
