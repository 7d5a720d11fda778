import type { Headers } from './headers.ts'

/** Everything about a message except its body and address; all of it travels with the message. */
export interface MessageOptions {
  /**
   * Rejects with UNROUTABLE when the message reaches no queue; otherwise the broker confirms and
   * drops it. Default: true for `queue.send`, false for `exchange.publish`.
   */
  readonly mandatory?: boolean
  /** Called when a mandatory message is returned, just before publishing rejects. */
  readonly onReturned?: () => void
  /** Whether the message survives a restart of the broker, in a durable queue. Default: true. */
  readonly persistent?: boolean
  /** A Date is sent as a timestamp, in whole seconds. */
  readonly headers?: Headers
  /** Milliseconds after which a message that still waits in a queue expires. Default: never. */
  readonly expiration?: number
  /** Higher priorities are delivered first: 0 to 31 in a quorum queue of RabbitMQ 4.3. Default: none. */
  readonly priority?: number
  /** Set by an RPC client, and sent back with the reply. */
  readonly correlationId?: string
  /** The queue for the reply. */
  readonly replyTo?: string
  /**
   * What a duplicate has in common with its original. Default: a new id; a message that is
   * published again because its confirm was lost keeps its id.
   */
  readonly messageId?: string
  /** Default: follows from the body, see {@link Body}. */
  readonly contentType?: string
  /** A name for the kind of message, such as 'order.created'. */
  readonly type?: string
}
