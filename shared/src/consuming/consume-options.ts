/** How messages are consumed from a queue. */
export interface ConsumeOptions {
  /**
   * How many unacknowledged messages the broker delivers at most. 1 spreads the work evenly, more
   * keeps a fast consumer busy; 0 means unlimited. Default: the `concurrency` of the handler, or 1.
   */
  readonly prefetch?: number
  /**
   * The broker regards each message as acknowledged when it has sent it: fast, but what a consumer
   * had not finished when it dies is lost. Default: false.
   */
  readonly autoAck?: boolean
  /**
   * The content types to read, such as ['application/json']. For any other one `delivery.body`
   * throws CONTENT_REFUSED. Default: all.
   */
  readonly accept?: readonly string[]
  /**
   * Ends the subscription after this many messages. With `autoAck` the broker does not know of it,
   * and what it has sent beyond the limit is lost. Default: no limit.
   */
  readonly limit?: number | undefined
  /** Ends the subscription when aborted; work in progress is finished. */
  readonly signal?: AbortSignal
  /** Consumers with a higher priority get messages first. Default: 0. */
  readonly priority?: number
}
