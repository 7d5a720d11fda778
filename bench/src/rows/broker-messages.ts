import { bodySizes } from '../body-sizes.ts'
import type { BrokerName } from '../brokers.ts'
import { onBroker, realBrokers, referenceBroker } from '../broker-entrants.ts'
import { sampleOf } from '../client-entrant.ts'
import type { Entrant, Row } from '../row.ts'

const about = { unit: 'messages/s', reference: referenceBroker } as const

function onEach(brokers: readonly BrokerName[], task: Parameters<typeof onBroker>[1]): Entrant[] {
  return brokers.map((broker) => onBroker(broker, task))
}

const waysToPublish = [
  { load: 'publish-one', name: 'broker, publish, one confirm at a time' },
  { load: 'publish-window', name: 'broker, publish, a window of 256' },
  { load: 'publish-none', name: 'broker, publish, without confirms' },
] as const

/** To an exchange without a queue: what it takes to read a message and to confirm it. */
const toExchange: readonly Row[] = waysToPublish.flatMap(({ load, name }) =>
  bodySizes.map(({ bytes, text }) => ({
    ...about,
    name: `${name}, ${text}`,
    group: name,
    quick: load === 'publish-window' && bytes === 100,
    entrants: onEach([...realBrokers, 'null'], {
      loads: [load],
      run: async (team, count) => sampleOf(await team.perform(load, { bytes, count }), count),
    }),
  })),
)

/**
 * Into a durable queue, persistent, which is empty before each round. A limit would be simpler, but
 * then each message would also push one out, and that is another load.
 */
const intoQueue = ({ bytes, text }: { bytes: number; text: string }): Row => ({
  ...about,
  name: `broker, publish into a queue, ${text}`,
  group: 'broker, publish into a queue',
  entrants: onEach([...realBrokers, 'null'], {
    loads: ['fill'],
    prepare: ({ warehouse, queue }) => warehouse.queue(queue),
    async run(team, count) {
      await team.warehouse.fill(team.queue, 0, bytes)
      return sampleOf(await team.perform('fill', { bytes, count }), count)
    },
  }),
})

export const publishIntoQueue = intoQueue({ bytes: 100, text: '100 B' })

const waysToConsume = [
  { name: 'broker, consume, auto-ack', autoAck: true, prefetch: 0 },
  { name: 'broker, consume, ack, prefetch 1', autoAck: false, prefetch: 1 },
  { name: 'broker, consume, ack, prefetch 10', autoAck: false, prefetch: 10 },
  { name: 'broker, consume, ack, prefetch 250', autoAck: false, prefetch: 250 },
]

const consume: readonly Row[] = waysToConsume.flatMap(({ name, ...way }) =>
  bodySizes.map(({ bytes, text }) => ({
    ...about,
    name: `${name}, ${text}`,
    group: 'broker, consume',
    entrants: onEach(realBrokers, {
      loads: ['consume'],
      prepare: ({ warehouse, queue }) => warehouse.queue(queue),
      async run(team, count) {
        await team.warehouse.fill(team.queue, count, bytes)
        return sampleOf(await team.perform('consume', { ...way, count }), count)
      },
    }),
  })),
)

const endToEnd: readonly Row[] = bodySizes.map(({ bytes, text }) => ({
  ...about,
  name: `broker, end to end, ${text}`,
  group: 'broker, end to end',
  quick: bytes === 100,
  entrants: onEach(realBrokers, {
    loads: ['consume', 'fill'],
    prepare: ({ warehouse, queue }) => warehouse.queue(queue),
    async run(team, count) {
      const began = performance.now()
      await Promise.all([
        team.perform('consume', { count, prefetch: 250 }),
        team.perform('fill', { count, bytes }),
      ])
      return { value: (count * 1000) / (performance.now() - began) }
    },
  }),
}))

const waysToCall = [
  { name: 'broker, RPC, one at a time', window: 1 },
  { name: 'broker, RPC, 64 under way', window: 64 },
]

const calls: readonly Row[] = waysToCall.flatMap(({ name, window }) =>
  bodySizes.map(({ bytes, text }) => ({
    name: `${name}, ${text}`,
    group: 'broker, RPC',
    unit: 'calls/s' as const,
    reference: referenceBroker,
    entrants: onEach(realBrokers, {
      loads: ['serve', 'call'],
      async prepare(team) {
        await team.warehouse.queue(team.queue)
        await team.perform('serve', { prefetch: 64 })
      },
      run: async (team, count) =>
        sampleOf(await team.perform('call', { count, window, bytes }), count),
    }),
  })),
)

/** What the clients' rows measure of clients, of brokers: with amqplib on all of them. */
export const brokerMessageRows: readonly Row[] = [
  ...toExchange,
  ...bodySizes.map(intoQueue),
  ...consume,
  ...endToEnd,
  ...calls,
]
