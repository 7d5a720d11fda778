import type { TlsOptions } from './tls.ts'

/** The options of {@link Session.open}. All of them have defaults. */
export interface SessionOptions {
  /**
   * One broker, or several that can replace one another (the nodes of a cluster), tried in order.
   * Default: the environment variable AMQP_URL, else amqp://localhost:5672.
   */
  readonly url?: string | readonly string[] | undefined
  /**
   * For amqps:// URLs. A URL can also name the files itself:
   * `amqps://host?cacertfile=ca.pem&certfile=me.pem&keyfile=me.key`.
   */
  readonly tls?: TlsOptions
  /** What RabbitMQ's management page and `pnpm live` call the connection. */
  readonly connectionName?: string
  /** Milliseconds for one attempt to connect. Default: 5,000. */
  readonly connectTimeout?: number
  /**
   * Milliseconds to keep trying to reconnect after a lost connection, before the session ends with
   * CONNECTION_LOST; 0 never reconnects. Default: 60,000.
   */
  readonly reconnectFor?: number | undefined
  /**
   * Milliseconds that a message waits for its confirm, while connected, before publishing rejects
   * with TIMEOUT. With several URLs each broker gets an equal share of it; a broker that confirms
   * nothing in its share is abandoned for the next one. Default: 30,000.
   */
  readonly confirmTimeout?: number
  /**
   * Milliseconds that each step of closing waits for the broker: to cancel the consumers, to close their
   * channels, to confirm messages, and to close the connection. Then the socket is closed. Default: 5,000.
   */
  readonly closeTimeout?: number
  /** Seconds between heartbeats: a silent peer is noticed after two to three of them. Default: 5. */
  readonly heartbeat?: number
  /** When aborted while there is no connection, ends the session instead of reconnecting. */
  readonly signal?: AbortSignal
  /** Rejects with BROKER_TOO_OLD if RabbitMQ is older than this version, such as '4.3'. */
  readonly minimumVersion?: string | undefined
  /** Called when the connection changes, for a log or a status line. */
  readonly onStatus?: (status: SessionStatus) => void
}

/** How a connection changes after it was opened. */
export type SessionStatus =
  /** The connection is lost, and the session tries to reconnect. */
  | { readonly type: 'disconnected'; readonly reason: string }
  /** Everything is back, perhaps on another broker. */
  | { readonly type: 'reconnected'; readonly url: string }
  /** The broker is short of memory or disk and accepts no messages; publishing waits. */
  | { readonly type: 'blocked'; readonly reason: string }
  /** The broker accepts messages again. */
  | { readonly type: 'unblocked' }
