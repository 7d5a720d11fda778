import type { Benchmark, Candidate } from '../../harness/benchmark.ts'
import {
  baselineBroker,
  brokerCandidate,
  realBrokers,
  titles,
} from '../../harness/broker-candidate.ts'
import { isInstalled, type BrokerName } from '../../harness/brokers/brokers.ts'
import { sampleOf } from '../../harness/client-candidate.ts'
import { Topology } from './topology.ts'

const defaults = { unit: 'messages/s', baseline: baselineBroker } as const

/** An exchange with its queues and bindings. */
interface Plan {
  readonly exchange: string
  readonly type: 'fanout' | 'topic'
  readonly queues: readonly string[]
  readonly bindings: readonly { readonly queue: string; readonly key: string }[]
  /** The number of queues that each message is routed to. */
  readonly copies: number
}

/** Publishes transient messages, so that the result is the cost of routing and not of the disk. */
function routing(broker: BrokerName, plan: Plan, name = titles[broker]): Candidate {
  const publisher = brokerCandidate(broker, {
    loads: ['publish-routed'],
    async run(processes, count) {
      const result = await processes.run('publish-routed', { count, exchange: plan.exchange })
      const sample = sampleOf(result, count)
      return { ...sample, extra: { 'copies/s': sample.value * plan.copies } }
    },
  })
  return {
    name,
    async start(brokers) {
      if (!(await isInstalled(broker))) return 'not installed'
      const topology = await Topology.connect((await brokers.get(broker)).url)
      const close = async (): Promise<void> => {
        await topology.delete()
        await topology[Symbol.asyncDispose]()
      }
      try {
        await topology.declareExchange(plan.exchange, plan.type)
        await topology.declareQueues(plan.queues)
        await topology.bind(plan.exchange, plan.bindings)
        const runner = await publisher.start(brokers)
        if (typeof runner === 'string') {
          await close()
          return runner
        }
        return {
          async run(count) {
            await topology.purge()
            return runner.run(count)
          },
          async [Symbol.asyncDispose]() {
            await runner[Symbol.asyncDispose]()
            await close()
          },
        }
      } catch (error) {
        await close()
        throw error
      }
    },
  }
}

const fanOut: readonly Benchmark[] = [1, 10, 100, 1000].map((size) => {
  const exchange = `bench fan-out ${size}`
  const queues = Array.from({ length: size }, (_, at) => `${exchange} ${at}`)
  const bindings = queues.map((queue) => ({ queue, key: '' }))
  const plan: Plan = { exchange, type: 'fanout', queues, bindings, copies: size }
  return {
    ...defaults,
    name: `broker, fan-out to ${counted(size, 'queue')}`,
    group: 'broker, fan-out',
    quick: size === 100,
    candidates: realBrokers.map((broker) => routing(broker, plan)),
  }
})

/** Each key of 'publish-routed' matches one of the first ten patterns, and none of the others. */
function pattern(at: number): string {
  const kinds = [`plant.${at}.*.temperature`, `*.${at}.#`, `#.reactor${at}`] as const
  return at < 10 ? kinds[0] : (kinds[at % kinds.length] ?? kinds[0])
}

const topicSizes = [10, 1000, 100_000]

function topicPlan(size: number): Plan {
  const exchange = `bench topics ${size}`
  const queues = Array.from({ length: 10 }, (_, at) => `${exchange} ${at}`)
  const bindings = Array.from({ length: size }, (_, at) => ({
    queue: queues[at % queues.length] ?? '',
    key: pattern(at),
  }))
  return { exchange, type: 'topic', queues, bindings, copies: 1 }
}

const topics: readonly Benchmark[] = topicSizes.map((size) => {
  // RabbitMQ 3.10 takes minutes to declare 100,000 bindings.
  const brokers = size < 100_000 ? realBrokers : (['embedded', 'rabbitmq'] as const)
  return {
    ...defaults,
    name: `broker, topics, 1 of ${counted(size, 'binding')} matches`,
    group: 'broker, topics',
    candidates: brokers.map((broker) => routing(broker, topicPlan(size))),
  }
})

/** Shows that bindings which do not match cost nothing. That matters more than the absolute speed. */
const embeddedTopics: Benchmark = {
  ...defaults,
  name: 'broker, topics, embedded broker, growing number of bindings',
  group: 'broker, bindings that do not match',
  baseline: counted(10, 'binding'),
  candidates: topicSizes.map((size) =>
    routing('embedded', topicPlan(size), counted(size, 'binding')),
  ),
}

function counted(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`
}

/** The cost of routing from an exchange to its queues. */
export const brokerRoutingBenchmarks: readonly Benchmark[] = [...fanOut, ...topics, embeddedTopics]
