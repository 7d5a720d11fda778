import type { Message } from '../core/message/message.ts'
import type { RoutingTarget } from '../core/routing-target.ts'
import { generateReplyName } from './names.ts'

/** The pseudo-queue of a client that waits for replies (Direct Reply-to). It stores nothing. */
export class ReplyQueue implements RoutingTarget {
  readonly name = generateReplyName()
  readonly consumerTag: string
  readonly #deliver: (message: Message) => void

  constructor(consumerTag: string, deliver: (message: Message) => void) {
    this.consumerTag = consumerTag
    this.#deliver = deliver
  }

  enqueue(message: Message): boolean {
    this.#deliver(message)
    return true
  }
}
