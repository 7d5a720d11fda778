import type { BrokerName } from '../brokers.ts'
import { onBroker, realBrokers, referenceBroker } from '../broker-entrants.ts'
import { sampleOf } from '../client-entrant.ts'
import type { Entrant, Row } from '../row.ts'

const about = { unit: 'messages/s', reference: referenceBroker } as const

function onEach(brokers: readonly BrokerName[], task: Parameters<typeof onBroker>[1]): Entrant[] {
  return brokers.map((broker) => onBroker(broker, task))
}

/** To an exchange without a queue: what it takes to read a message and to confirm it. */
const toExchange: readonly Row[] = (
  [
    { load: 'publish-window', text: 'a window of 256, 100 B', bytes: 100 },
    { load: 'publish-window', text: 'a window of 256, 1 KiB', bytes: 1024 },
    { load: 'publish-one', text: 'one by one, 100 B', bytes: 100 },
  ] as const
).map(({ load, text, bytes }) => ({
  ...about,
  name: `broker, publish to no queue, ${text}`,
  group: 'broker, publish',
  quick: text === 'a window of 256, 100 B',
  entrants: onEach([...realBrokers, 'null'], {
    loads: [load],
    run: async (team, count) => sampleOf(await team.perform(load, { bytes, count }), count),
  }),
}))

/**
 * Into a durable queue, persistent, which is empty before each round. A limit would be simpler, but
 * then each message would also push one out, and that is another load.
 */
const intoQueue = (bytes: number, text: string): Row => ({
  ...about,
  name: `broker, publish into a queue, a window of 256, ${text}`,
  group: 'broker, publish',
  entrants: onEach([...realBrokers, 'null'], {
    loads: ['fill'],
    prepare: ({ warehouse, queue }) => warehouse.queue(queue),
    async run(team, count) {
      await team.warehouse.fill(team.queue, 0, bytes)
      return sampleOf(await team.perform('fill', { bytes, count }), count)
    },
  }),
})

export const publishIntoQueue = intoQueue(100, '100 B')

const consume: Row = {
  ...about,
  name: 'broker, consume, prefetch 250',
  group: 'broker, end to end',
  entrants: onEach(realBrokers, {
    loads: ['consume'],
    prepare: ({ warehouse, queue }) => warehouse.queue(queue),
    async run(team, count) {
      await team.warehouse.fill(team.queue, count, 100)
      return sampleOf(await team.perform('consume', { count, prefetch: 250 }), count)
    },
  }),
}

const endToEnd: Row = {
  ...about,
  name: 'broker, end to end, 100 B',
  group: 'broker, end to end',
  quick: true,
  entrants: onEach(realBrokers, {
    loads: ['consume', 'fill'],
    prepare: ({ warehouse, queue }) => warehouse.queue(queue),
    async run(team, count) {
      const began = performance.now()
      await Promise.all([
        team.perform('consume', { count, prefetch: 250 }),
        team.perform('fill', { count }),
      ])
      return { value: (count * 1000) / (performance.now() - began) }
    },
  }),
}

const calls: Row = {
  name: 'broker, RPC, one at a time',
  group: 'broker, RPC',
  unit: 'calls/s',
  reference: referenceBroker,
  entrants: onEach(realBrokers, {
    loads: ['serve', 'call'],
    async prepare(team) {
      await team.warehouse.queue(team.queue)
      await team.perform('serve', { prefetch: 1 })
    },
    run: async (team, count) =>
      sampleOf(await team.perform('call', { count, window: 1, bytes: 16 }), count),
  }),
}

/** What the clients' rows measure of clients, of brokers: with amqplib on all of them. */
export const brokerMessageRows: readonly Row[] = [
  ...toExchange,
  publishIntoQueue,
  intoQueue(1024, '1 KiB'),
  consume,
  endToEnd,
  calls,
]
