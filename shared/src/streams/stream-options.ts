import type { HandleOptions } from '../handling/handler.ts'
import type { Headers } from '../messages/headers.ts'
import type { MessageOptions } from '../messages/message-options.ts'
import type { OffsetStore } from './offset-store.ts'

/** A time span: a number and one of Y, M, D, h, m or s, such as `7D`. */
export type Age = `${number}${'Y' | 'M' | 'D' | 'h' | 'm' | 's'}`

/** The options of {@link Session.stream}. */
export interface StreamOptions {
  /**
   * Uses an existing stream as it is: the other options are not compared with it. Rejects with
   * NOT_FOUND if there is none. Default: false.
   */
  readonly passive?: boolean
  /** How old messages may become, such as `7D`. Default: they stay. */
  readonly maxAge?: Age
  /** How many bytes the stream keeps. Default: no limit. */
  readonly maxBytes?: number
  /**
   * The size of the parts in which old messages are removed: the broker looks when a part is full, and
   * never removes the last one. Default: 500 MB.
   */
  readonly maxSegmentBytes?: number
  /** Further arguments of RabbitMQ, such as `{ 'x-initial-cluster-size': 3 }`. */
  readonly arguments?: Headers
}

/** The options of a message to a stream. */
export interface StreamMessageOptions extends MessageOptions {
  /** What consumers with a `filter` can choose by. */
  readonly filterValue?: string
}

/**
 * Where a consumer starts: with the first message that the stream still has, with the last ones that
 * were written together, with the next message, at an offset, or with messages from a time on, which may
 * be preceded by a few older ones.
 */
export type StreamStart = 'first' | 'last' | 'next' | number | Date | Age

/** How messages are consumed from a stream. */
export interface StreamConsumeOptions {
  /**
   * Where to start. With `resume`, this only matters if no offset is stored. Default: `next`, or `first`
   * with `resume`.
   */
  readonly from?: StreamStart
  /**
   * Continues after the last finished message, even if the program was killed.
   *
   * Each message is worked on at least once: whatever was not finished is delivered again, and so is what
   * was finished since the last save. The stored offset is never ahead of the work, however many messages
   * are worked on at once. Default: the position is only kept as long as the subscription exists, over
   * lost connections.
   */
  readonly resume?: ResumeOptions
  /** How many unacknowledged messages the broker delivers at most; at least 1. Default: 100. */
  readonly prefetch?: number
  /**
   * Only messages that were sent with one of these filter values. The broker leaves out whole chunks of
   * messages, so others may arrive as well: check again. Default: all messages.
   */
  readonly filter?: string | readonly string[]
  /** With `filter`, also messages without a filter value. Default: false. */
  readonly matchUnfiltered?: boolean
  /**
   * The content types to read, such as ['application/json']. For any other one `delivery.body`
   * throws CONTENT_REFUSED. Default: all.
   */
  readonly accept?: readonly string[]
  /** Ends the subscription after this many messages. Default: no limit. */
  readonly limit?: number | undefined
  /** Ends the subscription when aborted; work in progress is finished. */
  readonly signal?: AbortSignal
}

/** How a consumer of a stream remembers how far it has come. */
export interface ResumeOptions {
  readonly store: OffsetStore
  /** Milliseconds between two saves. The last offset is saved when the subscription ends. Default: 1000. */
  readonly interval?: number
}

/** How the handler of a stream is called. */
export type StreamHandleOptions = Pick<HandleOptions, 'concurrency' | 'onFailure'>
