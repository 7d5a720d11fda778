// The streams of this lesson, and the queues that one of them is compared with.
import {
  Session,
  type Queue,
  type QueueOptions,
  type SessionOptions,
  type Stream,
  type StreamOptions,
} from '@messaging-patterns/shared'

/** The stream of most programs. It keeps every message for a week, however often it is read. */
export const log = { name: 'streams', options: { maxAge: '7D' } } as const

/**
 * Declares it over AMQP, for the programs that use the stream protocol. If the broker refuses the user,
 * this explains it. The client for streams would crash.
 */
export async function declareLog(broker: SessionOptions): Promise<void> {
  await using session = await Session.open(broker)
  await session.stream(log.name, log.options)
}

/** The stream of `retention`: 50 kB in segments of 10 kB, so that a few messages fill it. */
export const small = {
  name: 'streams.small',
  options: { maxBytes: 50_000, maxSegmentBytes: 10_000 },
} as const

/** The stream of `filter`. */
export const cities = { name: 'streams.cities', options: {} } as const

/** What `fan-out` compares: the same load on ten queues and on a stream. */
export const fanOut = {
  exchange: { name: 'streams.fan-out', kind: 'fanout', options: { durable: true } },
  queues: Array.from({ length: 10 }, (_, number) => `streams.fan-out.queue.${number}`),
  stream: { name: 'streams.fan-out.stream', options: {} },
} as const

/** What `share` compares: the same tasks in a queue and in a stream. */
export const share = {
  queue: 'streams.share.queue',
  stream: { name: 'streams.share.stream', options: {} },
} as const

/** An experiment starts with an empty stream, even if an earlier run was interrupted. */
export async function emptyStream(
  session: Session,
  { name, options }: { readonly name: string; readonly options: StreamOptions },
): Promise<Stream> {
  const old = await session.stream(name, options)
  await old.delete()
  return await session.stream(name, options)
}

/** The same for a queue. */
export async function emptyQueue(session: Session, name: string): Promise<Queue> {
  const old = await session.queue(name)
  await old.delete()
  return await session.queue(name)
}

/** The same declarations as options of a queue: a stream is a type of queue. */
export const asQueues: Readonly<Record<string, QueueOptions>> = {
  [log.name]: { arguments: { 'x-queue-type': 'stream', 'x-max-age': log.options.maxAge } },
  [small.name]: {
    arguments: {
      'x-queue-type': 'stream',
      'x-max-length-bytes': small.options.maxBytes,
      'x-stream-max-segment-size-bytes': small.options.maxSegmentBytes,
    },
  },
  [cities.name]: { arguments: { 'x-queue-type': 'stream' } },
  [fanOut.stream.name]: { arguments: { 'x-queue-type': 'stream' } },
  ...Object.fromEntries(fanOut.queues.map((name) => [name, {}])),
  [share.stream.name]: { arguments: { 'x-queue-type': 'stream' } },
  [share.queue]: {},
}
