import type { Benchmark, Candidate, Sample } from '../../harness/benchmark.ts'
import {
  baselineBroker,
  brokerCandidate,
  titles,
  type BrokerTask,
} from '../../harness/broker-candidate.ts'
import type { BrokerName } from '../../harness/brokers/brokers.ts'
import { sampleOf } from '../../harness/client-candidate.ts'
import type { ClientProcesses } from '../../harness/client-processes.ts'
import { amqplibCounting, streamClient } from '../../harness/clients.ts'

const bytes = 100
const readers = 10
const brokers: readonly BrokerName[] = ['embedded', 'rabbitmq']

/** A queue of the same client has the other name, at the same time. */
const streamOf = ({ queue }: ClientProcesses): string => `${queue} stream`

const publish: BrokerTask = {
  loads: ['publish-to-queue'],
  async run(processes, count) {
    const stream = streamOf(processes)
    await processes.fixture.declareStream(stream)
    const result = await processes.run('publish-to-queue', { queue: stream, bytes, count })
    return sampleOf(result, count)
  },
}

/** Every round reads the same messages: nothing that a reader does removes one. */
function read(count: number): BrokerTask {
  return {
    loads: ['read-stream'],
    async prepare(processes) {
      await processes.fixture.declareStream(streamOf(processes))
      await processes.fixture.add(streamOf(processes), count, bytes)
    },
    async run(processes) {
      const request = { queue: streamOf(processes), count, prefetch: 250 }
      return sampleOf(await processes.run('read-stream', request), count)
    },
  }
}

const fanOut: BrokerTask = {
  loads: ['publish-to-queue', 'read-stream'],
  async run(processes, count) {
    const stream = { queue: streamOf(processes), count }
    await processes.fixture.declareStream(stream.queue)
    return timed(count, [
      processes.run('publish-to-queue', { ...stream, bytes }),
      processes.run('read-stream', { ...stream, prefetch: 250, concurrency: readers }),
    ])
  },
}

const publishToQueue: BrokerTask = {
  loads: ['publish-to-queue'],
  prepare: ({ fixture, queue }) => fixture.declareQueue(queue),
  async run(processes, count) {
    await processes.fixture.fill(processes.queue, 0, bytes)
    return sampleOf(await processes.run('publish-to-queue', { bytes, count }), count)
  },
}

const consumeQueue: BrokerTask = {
  loads: ['consume'],
  prepare: ({ fixture, queue }) => fixture.declareQueue(queue),
  async run(processes, count) {
    await processes.fixture.fill(processes.queue, count, bytes)
    return sampleOf(await processes.run('consume', { count, prefetch: 250 }), count)
  },
}

/** Without a stream, each reader needs a queue of its own, with a copy of every message. */
const fanOutToQueues: BrokerTask = {
  loads: ['publish-window', 'consume-copies'],
  prepare: ({ fixture, queue }) => fixture.declareCopies(queue, readers),
  run: (processes, count) =>
    timed(count, [
      processes.run('publish-window', { bytes, count }),
      processes.run('consume-copies', { count, prefetch: 250, concurrency: readers }),
    ]),
}

async function timed(count: number, work: readonly Promise<unknown>[]): Promise<Sample> {
  const began = performance.now()
  await Promise.all(work)
  return { value: (count * 1000) / (performance.now() - began) }
}

function onEach(task: BrokerTask, suffix = ''): Candidate[] {
  return brokers.map((broker) =>
    brokerCandidate(broker, {
      client: amqplibCounting,
      ...task,
      name: titles[broker] + suffix,
    }),
  )
}

const [stream, queue] = [', stream', ', queue']

function compareWithQueues(
  name: string,
  tasks: { readonly stream: BrokerTask; readonly queue: BrokerTask },
  count?: number,
): Benchmark {
  return {
    name: `broker, streams and queues over AMQP, ${name}`,
    group: 'broker, streams and queues over AMQP',
    unit: 'messages/s',
    baseline: baselineBroker + stream,
    candidates: [...onEach(tasks.stream, stream), ...onEach(tasks.queue, queue)],
    ...(count !== undefined && { count }),
  }
}

function overStreamProtocol(name: string, task: BrokerTask, count?: number): Benchmark {
  return {
    name: `broker, stream protocol, ${name}`,
    group: 'broker, stream protocol',
    unit: 'messages/s',
    baseline: baselineBroker,
    candidates: onEach({ ...task, client: streamClient }),
    ...(count !== undefined && { count }),
  }
}

/** Enough that it does not matter how long it takes to start the consumers. */
const counts = { consume: 50_000, consumeChunks: 50_000, share: 5000, shareChunks: 20_000 }

/** Streams: compared with queues over AMQP, and over their own protocol. */
export const brokerStreamBenchmarks: readonly Benchmark[] = [
  compareWithQueues('publish', { stream: publish, queue: publishToQueue }),
  compareWithQueues(
    'consume',
    { stream: read(counts.consume), queue: consumeQueue },
    counts.consume,
  ),
  compareWithQueues('ten readers', { stream: fanOut, queue: fanOutToQueues }, counts.share),
  overStreamProtocol('publish', publish),
  overStreamProtocol('consume', read(counts.consumeChunks), counts.consumeChunks),
  overStreamProtocol('ten readers', fanOut, counts.shareChunks),
]
