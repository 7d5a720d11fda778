import type { Message } from './message/message.ts'

/** Where a message can be routed to: a queue, or a client that waits for a reply. */
export interface RoutingTarget {
  readonly name: string
  /** Returns false if it rejects the message. */
  enqueue(message: Message): boolean
}
