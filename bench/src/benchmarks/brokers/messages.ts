import { bodySizes } from '../../common/body-sizes.ts'
import type { Benchmark, Candidate } from '../../harness/benchmark.ts'
import { baselineBroker, brokerCandidate, realBrokers } from '../../harness/broker-candidate.ts'
import type { BrokerName } from '../../harness/brokers/brokers.ts'
import { sampleOf, type ClientTask } from '../../harness/client-candidate.ts'

const defaults = { unit: 'messages/s', baseline: baselineBroker } as const

function onEach(
  brokers: readonly BrokerName[],
  task: Omit<ClientTask, 'broker' | 'name'>,
): Candidate[] {
  return brokers.map((broker) => brokerCandidate(broker, task))
}

const publishMethods = [
  { load: 'publish-one-by-one', name: 'broker, publish, one confirm at a time' },
  { load: 'publish-window', name: 'broker, publish, a window of 256' },
  { load: 'publish-unconfirmed', name: 'broker, publish, without confirms' },
] as const

/** Publishes to an exchange without queues: the cost of reading and confirming a message. */
const toExchange: readonly Benchmark[] = publishMethods.flatMap(({ load, name }) =>
  bodySizes.map(({ bytes, text }) => ({
    ...defaults,
    name: `${name}, ${text}`,
    group: name,
    quick: load === 'publish-window' && bytes === 100,
    candidates: onEach([...realBrokers, 'null'], {
      loads: [load],
      run: async (processes, count) => sampleOf(await processes.run(load, { bytes, count }), count),
    }),
  })),
)

/**
 * Publishes persistent messages to a durable queue that is emptied before each round. Limiting its
 * length would be simpler, but then every message would also drop one, which is a different load.
 */
const intoQueue = ({ bytes, text }: { bytes: number; text: string }): Benchmark => ({
  ...defaults,
  name: `broker, publish into a queue, ${text}`,
  group: 'broker, publish into a queue',
  candidates: onEach([...realBrokers, 'null'], {
    loads: ['publish-to-queue'],
    prepare: ({ fixture, queue }) => fixture.declareQueue(queue),
    async run(processes, count) {
      await processes.fixture.fill(processes.queue, 0, bytes)
      return sampleOf(await processes.run('publish-to-queue', { bytes, count }), count)
    },
  }),
})

export const publishIntoQueue = intoQueue({ bytes: 100, text: '100 B' })

const consumeModes = [
  { name: 'broker, consume, auto-ack', autoAck: true, prefetch: 0 },
  { name: 'broker, consume, ack, prefetch 1', autoAck: false, prefetch: 1 },
  { name: 'broker, consume, ack, prefetch 10', autoAck: false, prefetch: 10 },
  { name: 'broker, consume, ack, prefetch 250', autoAck: false, prefetch: 250 },
]

const consume: readonly Benchmark[] = consumeModes.flatMap(({ name, ...mode }) =>
  bodySizes.map(({ bytes, text }) => ({
    ...defaults,
    name: `${name}, ${text}`,
    group: 'broker, consume',
    candidates: onEach(realBrokers, {
      loads: ['consume'],
      prepare: ({ fixture, queue }) => fixture.declareQueue(queue),
      async run(processes, count) {
        await processes.fixture.fill(processes.queue, count, bytes)
        return sampleOf(await processes.run('consume', { ...mode, count }), count)
      },
    }),
  })),
)

const endToEnd: readonly Benchmark[] = bodySizes.map(({ bytes, text }) => ({
  ...defaults,
  name: `broker, end to end, ${text}`,
  group: 'broker, end to end',
  quick: bytes === 100,
  candidates: onEach(realBrokers, {
    loads: ['consume', 'publish-to-queue'],
    prepare: ({ fixture, queue }) => fixture.declareQueue(queue),
    async run(processes, count) {
      const began = performance.now()
      await Promise.all([
        processes.run('consume', { count, prefetch: 250 }),
        processes.run('publish-to-queue', { count, bytes }),
      ])
      return { value: (count * 1000) / (performance.now() - began) }
    },
  }),
}))

const callModes = [
  { name: 'broker, RPC, one at a time', concurrency: 1 },
  { name: 'broker, RPC, 64 in flight', concurrency: 64 },
]

const calls: readonly Benchmark[] = callModes.flatMap(({ name, concurrency }) =>
  bodySizes.map(({ bytes, text }) => ({
    name: `${name}, ${text}`,
    group: 'broker, RPC',
    unit: 'calls/s' as const,
    baseline: baselineBroker,
    candidates: onEach(realBrokers, {
      loads: ['serve-calls', 'call'],
      async prepare(processes) {
        await processes.fixture.declareQueue(processes.queue)
        await processes.run('serve-calls', { prefetch: 64 })
      },
      run: async (processes, count) =>
        sampleOf(await processes.run('call', { count, concurrency, bytes }), count),
    }),
  })),
)

/** The loads of the client benchmarks, but always with amqplib, on different brokers. */
export const brokerMessageBenchmarks: readonly Benchmark[] = [
  ...toExchange,
  ...bodySizes.map(intoQueue),
  ...consume,
  ...endToEnd,
  ...calls,
]
