import type { Message } from '../message/message.ts'

/** A message as a stream stores it. */
export interface EncodedMessage {
  /** What it consists of, one part after the other. The next message may overwrite it. */
  readonly parts: readonly Uint8Array[]
  /** The value of x-stream-filter-value; empty if it has none. */
  readonly filterValue: string
}

/** How a stream stores messages. The core does not know the format. */
export interface MessageFormat {
  /** Throws a fault if the format has no place for something in the message. */
  encode(message: Message): EncodedMessage
  /** Returns the message with the offset in its headers. */
  decode(encoded: Uint8Array, record: { readonly offset: number; readonly queue: string }): Message
}
