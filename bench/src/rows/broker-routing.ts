import { onBroker, realBrokers, referenceBroker, titles } from '../broker-entrants.ts'
import { isHere, type BrokerName } from '../brokers.ts'
import { sampleOf } from '../client-entrant.ts'
import type { Entrant, Row } from '../row.ts'
import { Topology } from '../topology.ts'

const about = { unit: 'messages/s', reference: referenceBroker } as const

/** An exchange and what is bound to it. */
interface Plan {
  readonly exchange: string
  readonly type: 'fanout' | 'topic'
  readonly queues: readonly string[]
  readonly bindings: readonly { readonly queue: string; readonly key: string }[]
  /** In how many queues each message arrives. */
  readonly copies: number
}

/** Transient messages, as no disk shall be waited for: what is looked at is the way to the queues. */
function routing(broker: BrokerName, plan: Plan, name = titles[broker]): Entrant {
  const publisher = onBroker(broker, {
    loads: ['route'],
    async run(team, count) {
      const answer = await team.perform('route', { count, exchange: plan.exchange })
      const sample = sampleOf(answer, count)
      return { ...sample, more: { 'copies/s': sample.value * plan.copies } }
    },
  })
  return {
    name,
    async enter(stage) {
      if (!(await isHere(broker))) return 'not here'
      const topology = await Topology.open((await stage.broker(broker)).url)
      const close = async (): Promise<void> => {
        await topology.clear()
        await topology[Symbol.asyncDispose]()
      }
      try {
        await topology.exchange(plan.exchange, plan.type)
        await topology.queues(plan.queues)
        await topology.bind(plan.exchange, plan.bindings)
        const runner = await publisher.enter(stage)
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

const fanOut: readonly Row[] = [1, 10, 100, 1000].map((size) => {
  const exchange = `bench fan-out ${size}`
  const queues = Array.from({ length: size }, (_, at) => `${exchange} ${at}`)
  const bindings = queues.map((queue) => ({ queue, key: '' }))
  const plan: Plan = { exchange, type: 'fanout', queues, bindings, copies: size }
  return {
    ...about,
    name: `broker, fan-out to ${counted(size, 'queue')}`,
    group: 'broker, fan-out',
    quick: size === 100,
    entrants: realBrokers.map((broker) => routing(broker, plan)),
  }
})

/** Patterns of three kinds. Of the first ten one matches each key that 'route' makes, of the others none. */
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

const topics: readonly Row[] = topicSizes.map((size) => {
  // An old RabbitMQ takes minutes for so many bindings.
  const brokers = size < 100_000 ? realBrokers : (['embedded', 'rabbitmq'] as const)
  return {
    ...about,
    name: `broker, topics, 1 of ${counted(size, 'binding')} matches`,
    group: 'broker, topics',
    entrants: brokers.map((broker) => routing(broker, topicPlan(size))),
  }
})

/** What matters more than how fast it is: that bindings which do not match cost nothing. */
const embeddedTopics: Row = {
  ...about,
  name: 'broker, topics, the embedded broker with more and more bindings',
  group: 'broker, bindings that do not match',
  reference: counted(10, 'binding'),
  entrants: topicSizes.map((size) =>
    routing('embedded', topicPlan(size), counted(size, 'binding')),
  ),
}

function counted(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`
}

/** What the way from an exchange to its queues costs. */
export const brokerRoutingRows: readonly Row[] = [...fanOut, ...topics, embeddedTopics]
