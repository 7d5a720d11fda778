import type { Message } from 'amqplib'

/** Follows what happens to the deliveries of one consumer, over all of its connections. */
export interface DeliveryTracker {
  /** The arguments of the consumer, which starts again on each connection. */
  arguments(): Readonly<Record<string, unknown>>
  /** A message arrived. Returns false if it needs no work, because it arrived before. */
  received(message: Message): boolean
  /** A delivery was settled; `finished` if its work is done. */
  settled(message: Message, finished: boolean): void
  /** Resolves when what is finished is stored. Rejects if that fails. */
  flush(): Promise<void>
}
