/**
 * What a picture of a broker shows, as plain data. It comes from the broker in the page, by
 * postMessage, or from `pnpm live`, over HTTP.
 */
export interface Update {
  /** The broker's time, in milliseconds. */
  readonly time: number
  /** Everything that exists now; missing if nothing of it has changed. */
  readonly topology?: Topology
  /** What has happened since the last update, in this order. */
  readonly movements: readonly Movement[]
  /**
   * The messages that movements mention for the first time, or that have changed: a dead letter has
   * more headers than its original, and often another exchange and routing key.
   */
  readonly messages: readonly Message[]
}

export interface Topology {
  readonly programs: readonly Program[]
  readonly exchanges: readonly Exchange[]
  readonly queues: readonly Queue[]
  readonly bindings: readonly Binding[]
  readonly consumers: readonly Consumer[]
}

/** A process that is connected to the broker, or was. */
export interface Program {
  readonly id: string
  readonly name: string
  readonly state: 'running' | 'paused' | 'ended'
}

export interface Exchange {
  /** Empty for the default exchange. */
  readonly name: string
  readonly type: string
}

export interface Queue {
  readonly name: string
  readonly type: 'classic' | 'quorum' | 'stream'
  /** The number of messages that are ready for delivery. */
  readonly ready: number
  /** The number of messages that were delivered and are not acknowledged. */
  readonly unacked: number
  /** As they were declared: `x-dead-letter-exchange`, for example. */
  readonly arguments: Readonly<Record<string, unknown>>
}

export interface Binding {
  readonly source: string
  readonly destination: string
  readonly destinationType: 'queue' | 'exchange'
  readonly routingKey: string
  readonly arguments: Readonly<Record<string, unknown>>
}

export interface Consumer {
  readonly tag: string
  readonly queue: string
  /** The id of the program. */
  readonly program: string
  /** 0 for no limit. */
  readonly prefetch: number
  /** Whether the broker waits for acknowledgements. */
  readonly acks: boolean
}

/** A message keeps its number when it is copied, requeued or dead-lettered. */
export interface Message {
  readonly id: number
  /** Its place in a stream, if it is in one. */
  readonly offset?: number
  readonly exchange: string
  readonly routingKey: string
  /** As text, cut if it is long; undefined if it is not text. */
  readonly body: string | undefined
  /** The size of the whole body, in bytes. */
  readonly bytes: number
  readonly properties: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, unknown>>
}

/** Part of the broker's time, in milliseconds. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** What happens to a message. */
export type Movement = MovementOfMessage & {
  /**
   * When the picture shows it, if programs and the broker wait for that. Without it, the picture decides, and
   * shows it later than it has happened.
   */
  readonly shown?: Span
}

type MovementOfMessage =
  | {
      readonly type: 'published'
      readonly message: number
      /** Undefined if the broker itself published it, or if nobody knows. */
      readonly program: string | undefined
      readonly exchange: string
      readonly routingKey: string
    }
  /** No queue matched, or those that did are full and refused it. */
  | {
      readonly type: 'unroutable'
      readonly message: number
      readonly exchange: string
      readonly refused?: boolean
    }
  /** A copy is in a queue now. */
  | {
      readonly type: 'routed'
      readonly message: number
      readonly exchange: string
      readonly queue: string
    }
  | {
      readonly type: 'delivered'
      readonly message: number
      readonly queue: string
      /** Undefined if nobody knows. */
      readonly program: string | undefined
      /** Empty for basic.get. */
      readonly tag: string
      readonly redelivered: boolean
    }
  | { readonly type: 'acked'; readonly message: number; readonly queue: string }
  | { readonly type: 'requeued'; readonly message: number; readonly queue: string }
  /** It leaves the queue; if it arrives in another one, `routed` says so. */
  | {
      readonly type: 'dead-lettered'
      readonly message: number
      readonly queue: string
      /** `rejected`, `expired`, `maxlen` or `delivery_limit`. */
      readonly reason: string
    }
  | { readonly type: 'purged'; readonly queue: string }
