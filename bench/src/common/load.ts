/** Tells a client program to run a load: one line of JSON on its stdin. */
export interface LoadRequest {
  readonly load: LoadName
  /** How many messages, or how many RPC calls. */
  readonly count: number
  /** The size of each body, in bytes. */
  readonly bytes: number
  /** The queue to publish to, to consume from or to serve calls on. */
  readonly queue: string
  readonly prefetch: number
  readonly autoAck: boolean
  /**
   * How many calls are in flight, how many tasks a worker runs at a time, how many consumers read, or
   * how many connections flood the broker.
   */
  readonly concurrency: number
  /** The exchange for 'publish-routed' and 'start-flood'. */
  readonly exchange: string
}

/** What a client program answers: one line of JSON on its stdout. */
export interface LoadResult {
  readonly seconds: number
  /** The CPU time of the process, in seconds. */
  readonly cpu: number
  /** The resident memory of the process at the end, in bytes. */
  readonly rss: number
  readonly extra?: Readonly<Record<string, number>>
}

/** The loads. A client omits those that it does not support. */
export type LoadName =
  /** Publishes to `benchExchange`, and waits for each confirm before the next message. */
  | 'publish-one-by-one'
  /** Publishes to `benchExchange` with up to 256 outstanding confirms. */
  | 'publish-window'
  /** Publishes to `benchExchange` without confirms; ends when the broker has read everything. */
  | 'publish-unconfirmed'
  /** Publishes to `queue`, which may be a stream, with up to 256 outstanding confirms. */
  | 'publish-to-queue'
  /**
   * Publishes transient messages to `exchange` with up to 256 outstanding confirms. Every routing key
   * is new: plant.3.123.temperature, where the second word is a digit from 0 to 9.
   */
  | 'publish-routed'
  /** Publishes one message, and retries until it is confirmed, even if the connection is lost. */
  | 'publish-retrying'
  /** Consumes `count` messages from `queue`. */
  | 'consume'
  /** `concurrency` consumers read `count` messages each: the stream `queue`, from its beginning. */
  | 'read-stream'
  /** `concurrency` consumers read `count` messages each, from queues named by `copyName`. */
  | 'consume-copies'
  /** Starts an RPC server on `queue`, or a worker that runs up to `concurrency` empty tasks at a time. */
  | 'serve-calls'
  /** Calls what serves `queue`, and measures the latency of each call. */
  | 'call'
  /** Calls the task `count` times and ignores the results; ends when all calls were run. */
  | 'send-calls'
  /** Calls the task `count` times, and waits for all results. */
  | 'collect-results'
  /** Starts to publish transient messages to `exchange`, without waiting, on `concurrency` connections. */
  | 'start-flood'
  | 'stop-flood'

/** The exchange that messages are published to. No queue is bound to it; the README says why. */
export const benchExchange = 'bench'

/** The name of the queue that one of several consumers reads. */
export function copyName(queue: string, at: number): string {
  return `${queue} ${at}`
}

/** How many messages of a window can be unconfirmed. */
export const confirmWindow = 256
