import type { QueueEntry } from './queue-entry.ts'

/** How many messages came to a queue and left it, since it was declared. */
export class MessageCounts {
  publish = 0
  deliver = 0
  deliverNoAck = 0
  get = 0
  getNoAck = 0
  getEmpty = 0
  redeliver = 0
  ack = 0

  /** A consumer gets a message. */
  delivered({ redelivered }: QueueEntry, noAck: boolean): void {
    if (noAck) this.deliverNoAck += 1
    else this.deliver += 1
    if (redelivered) this.redeliver += 1
  }

  /** A client asks for a message, and gets one if there is any. */
  got(entry: QueueEntry | undefined, noAck: boolean): void {
    if (entry === undefined) {
      this.getEmpty += 1
      return
    }
    if (noAck) this.getNoAck += 1
    else this.get += 1
    if (entry.redelivered) this.redeliver += 1
  }
}
