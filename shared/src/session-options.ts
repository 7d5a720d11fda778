import type { TlsOptions } from './tls.ts'

/** What a session can be told when it opens. */
export interface SessionOptions {
  /**
   * One broker, or several that stand for one another (the nodes of a cluster), tried in order.
   * Default: AMQP_URL, else amqp://localhost:5672.
   */
  readonly url?: string | readonly string[] | undefined
  /** For amqps:// URLs; a URL may name the files itself: ?cacertfile=, ?certfile=, ?keyfile=. */
  readonly tls?: TlsOptions
  /** Milliseconds for one attempt to connect. Default: 5,000. */
  readonly connectTimeout?: number
  /** Milliseconds of trying to reconnect before giving up; 0 never reconnects. Default: 60,000. */
  readonly reconnectFor?: number | undefined
  /**
   * Milliseconds that a message waits for its confirm, while connected, before publishing fails.
   * Default: 30,000. With several URLs each broker gets a share of it, and then the next one is tried.
   */
  readonly confirmTimeout?: number
  /** Milliseconds for closing in good order; then the connection is cut. Default: 5,000. */
  readonly closeTimeout?: number
  /** Seconds between heartbeats: a silent peer is noticed after two to three of them. Default: 5. */
  readonly heartbeat?: number
  /** When aborted while there is no broker, ends the session: nothing can be finished then. */
  readonly signal?: AbortSignal
  /** Refuses a RabbitMQ older than this, such as '4.3'. */
  readonly minimumVersion?: string | undefined
  /** Hears of what happens to the connection, to show it. */
  readonly onStatus?: (status: SessionStatus) => void
}

/** What happens to a connection after it was opened. */
export type SessionStatus =
  | { readonly type: 'disconnected'; readonly reason: string }
  | { readonly type: 'reconnected'; readonly url: string }
  | { readonly type: 'blocked'; readonly reason: string }
  | { readonly type: 'unblocked' }
