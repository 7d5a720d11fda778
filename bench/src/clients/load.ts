/** What a client is asked to do: a line of JSON on its stdin. */
export interface Order {
  readonly load: LoadName
  /** How many messages, or calls. */
  readonly count: number
  /** Bytes of each body. */
  readonly bytes: number
  /** The queue that is consumed from, or that the server of calls has. */
  readonly queue: string
  /** How many may be without acknowledgement. */
  readonly prefetch: number
  readonly autoAck: boolean
  /** How many calls are under way. */
  readonly window: number
  /** Where 'route' publishes. */
  readonly exchange: string
}

/** What a client says of it: a line of JSON on its stdout. */
export interface Answer {
  readonly seconds: number
  /** Seconds of CPU that the process used. */
  readonly cpu: number
  /** Bytes of memory that it has at the end. */
  readonly rss: number
  readonly more?: Readonly<Record<string, number>>
}

/** The loads; a client may leave out what it cannot do. */
export type LoadName =
  /** Publishes to the exchange, and waits for the confirm of each message before the next. */
  | 'publish-one'
  /** The same with up to 256 confirms outstanding. */
  | 'publish-window'
  /** Without confirms; it ends when the broker has taken all. */
  | 'publish-none'
  /**
   * Publishes transient messages to the exchange of the order, with up to 256 confirms outstanding.
   * No routing key comes twice: plant.3.123.temperature, with 0 to 9 at its second place.
   */
  | 'route'
  /** Consumes so many messages from the queue. */
  | 'consume'
  /** Publishes to the queue, with up to 256 confirms outstanding. */
  | 'fill'
  /** From now on answers the calls that come to the queue. */
  | 'serve'
  /** Calls, and says how long calls took. */
  | 'call'
  /** One message, confirmed, whatever happens to the connection meanwhile. */
  | 'insist'

/** The exchange that publishing goes to. No queue is bound to it: see the README. */
export const exchange = 'bench'

/** How many confirms are outstanding at most. */
export const confirmWindow = 256
