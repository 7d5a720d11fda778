import { connect, type Channel } from 'amqplib'

import { quantile } from '../../common/statistics.ts'
import type { Benchmark, Candidate, Runner, Sample } from '../../harness/benchmark.ts'
import { baselineBroker, titles } from '../../harness/broker-candidate.ts'
import type { BrokerName } from '../../harness/brokers/brokers.ts'
import { ClientProcess } from '../../harness/client-process.ts'
import { flooding } from '../../harness/clients.ts'

const brokerNames: readonly BrokerName[] = ['embedded', 'rabbitmq']
const exchange = 'bench flood'
const queue = 'bench flood'

/** How long to ask the broker in each round, in milliseconds. */
const roundTime = 200

/** A client that asks the broker for something while others flood it. */
interface QuietClient {
  readonly url: string
  readonly channel: Channel
}

/** Resolves when the broker has answered. */
type Question = (client: QuietClient) => Promise<unknown>

const declarePassively: Question = ({ channel }) => channel.checkQueue(queue)

const openConnection: Question = async ({ url }) => {
  const model = await connect(url, { noDelay: true })
  // Nobody waits for the end of it.
  model
    .on('error', () => {})
    .close()
    .catch(() => {})
}

/** Asks a question again and again, while `publishers` connections publish without waiting. */
function nextToFlood(publishers: number, question: Question): Candidate[] {
  return brokerNames.map((name) => ({
    name: titles[name],
    async start(brokers): Promise<Runner> {
      const { url } = await brokers.get(name)
      const command = (await flooding.command()) ?? []
      const flood = await ClientProcess.start(command, url, brokers.signal)
      const model = await connect(url, { noDelay: true })
      const channel = await model.createChannel()
      await declareTarget(channel)
      return {
        async run() {
          await flood.run({ load: 'start-flood', exchange, concurrency: publishers })
          try {
            return await sample(() => question({ url, channel }))
          } finally {
            await flood.run({ load: 'stop-flood' })
          }
        },
        async [Symbol.asyncDispose]() {
          await flood[Symbol.asyncDispose]()
          await channel.deleteQueue(queue)
          await channel.deleteExchange(exchange)
          await model.close()
        },
      }
    },
  }))
}

/** A fanout exchange with one queue. Its limit keeps the load the same, however long it lasts. */
async function declareTarget(channel: Channel): Promise<void> {
  await channel.assertExchange(exchange, 'fanout')
  await channel.assertQueue(queue, { maxLength: 1000, arguments: { 'x-queue-type': 'classic' } })
  await channel.bindQueue(queue, exchange, '')
}

/** The latency of a question, from as many as fit into a round. */
async function sample(ask: () => Promise<unknown>): Promise<Sample> {
  const times: number[] = []
  const end = performance.now() + roundTime
  let began = performance.now()
  while (began < end) {
    await ask()
    const answered = performance.now()
    times.push(answered - began)
    began = answered
  }
  times.sort((a, b) => a - b)
  return { value: quantile(times, 0.5), extra: { 'p99 ms': quantile(times, 0.99) } }
}

const defaults = {
  group: 'broker, next to a flood',
  unit: 'ms',
  baseline: baselineBroker,
  count: 1,
  rounds: 7,
} as const

function benchmark(what: string, publishers: number, question: Question): Benchmark {
  const plural = publishers === 1 ? '' : 's'
  return {
    ...defaults,
    name: `broker, ${what} next to ${publishers} flooding publisher${plural}`,
    candidates: nextToFlood(publishers, question),
  }
}

export const declareNextToFlood = benchmark('a declaration', 4, declarePassively)
export const connectNextToFlood = benchmark('a new connection', 10, openConnection)

/** How long a client waits while others publish as fast as they can. */
export const brokerFloodBenchmarks: readonly Benchmark[] = [
  benchmark('a declaration', 1, declarePassively),
  declareNextToFlood,
  benchmark('a new connection', 1, openConnection),
  connectNextToFlood,
]
