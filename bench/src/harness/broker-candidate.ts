import type { Candidate, Sample } from './benchmark.ts'
import { isInstalled, type BrokerName } from './brokers/brokers.ts'
import { clientCandidate, type ClientTask } from './client-candidate.ts'
import { amqplib, type Client } from './clients.ts'
import { usageOf } from './usage.ts'

/** The names of the brokers in tables. */
export const titles: Readonly<Record<BrokerName, string>> = {
  embedded: 'embedded broker',
  rabbitmq: 'RabbitMQ',
  'rabbitmq 3.10': 'RabbitMQ 3.10',
  null: 'null broker',
  redis: 'Redis',
  'redis with AOF': 'Redis with AOF',
}

export const baselineBroker = titles.rabbitmq

/** The brokers that store messages. */
export const realBrokers: readonly BrokerName[] = ['embedded', 'rabbitmq', 'rabbitmq 3.10']

/** What clients do on a broker. */
export interface BrokerTask extends Omit<ClientTask, 'broker'> {
  /** Default: amqplib. */
  readonly client?: Client
}

/** Measures a broker under a load that a client creates. The CPU time is the broker's. */
export function brokerCandidate(broker: BrokerName, task: BrokerTask): Candidate {
  const { client = amqplib, name = titles[broker] } = task
  return {
    name,
    async start(brokers) {
      if (!(await isInstalled(broker))) return 'not installed'
      const runner = await clientCandidate(client, { ...task, broker }).start(brokers)
      if (typeof runner === 'string') return runner
      const { pid } = await brokers.get(broker)
      return {
        async run(count): Promise<Sample> {
          const before = await usageOf(pid)
          const { value, extra } = await runner.run(count)
          const after = await usageOf(pid)
          return {
            value,
            ...(before && after && { cpu: ((after.cpu - before.cpu) * 1e6) / count }),
            ...(extra && { extra }),
          }
        },
        [Symbol.asyncDispose]: () => runner[Symbol.asyncDispose](),
      }
    },
  }
}
