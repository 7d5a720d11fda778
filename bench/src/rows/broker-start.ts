import { Program } from '@messaging-patterns/testkit'
import { connect } from 'amqplib'

import { titles } from '../broker-entrants.ts'
import type { BrokerName } from '../brokers.ts'
import { readJson } from '../json.ts'
import type { Entrant, Row, Sample } from '../row.ts'

/** Starts a broker as the bench starts it for other rows, and sends a first message. */
function starting(name: string, broker: BrokerName): Entrant {
  return {
    name,
    enter: (stage) =>
      Promise.resolve({
        async run(): Promise<Sample> {
          const began = performance.now()
          await using started = await stage.start(broker)
          const model = await connect(started.url, { noDelay: true })
          const channel = await model.createConfirmChannel()
          await channel.assertQueue('hello')
          channel.sendToQueue('hello', Buffer.from('Hello'), { persistent: true })
          await channel.waitForConfirms()
          const value = performance.now() - began
          await model.close()
          return { value }
        },
        async [Symbol.asyncDispose]() {},
      }),
  }
}

/** In a process that has done nothing else; the time to load the broker's modules is told beside. */
const inProcess: Entrant = {
  name: 'startBroker()',
  enter: () =>
    Promise.resolve({
      async run() {
        await using program = new Program('bench/src/programs/start-broker.ts', [])
        const [line = ''] = await program.hasLines(1)
        const { load, start } = readJson<{ load: number; start: number }>(line)
        return { value: start, more: { 'ms to load': load } }
      },
      async [Symbol.asyncDispose]() {},
    }),
}

/** The reference, as beside RabbitMQ the others would be 0.00. */
const program = 'pnpm broker, without pnpm'

/** RabbitMQ is what takes the time: three rounds of it are enough. */
export const brokerStartRows: readonly Row[] = [
  {
    name: 'broker, start to the first confirmed message',
    group: 'broker, start',
    unit: 'ms',
    reference: program,
    count: 1,
    rounds: 3,
    cold: true,
    entrants: [inProcess, starting(program, 'embedded'), starting(titles.rabbitmq, 'rabbitmq')],
  },
]
