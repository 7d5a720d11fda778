import type { Message } from '../core/message/message.ts'
import type { Target } from '../core/reply-queues.ts'
import type { Channel } from './channel.ts'
import { generateReplyName } from './names.ts'

/** A client that waits for replies (Direct Reply-to): what has no queue goes straight to it. */
export class ReplyConsumer implements Target {
  readonly name = generateReplyName()
  readonly tag: string
  readonly #channel: Channel

  constructor(tag: string, channel: Channel) {
    this.tag = tag
    this.#channel = channel
    channel.host.vhost.replies.add(this)
  }

  publish(message: Message): boolean {
    const channel = this.#channel
    // A reply is delivered at most once: there is nowhere to keep it.
    if (!channel.writable) return true
    const { exchange, routingKey } = message
    const deliveryTag = channel.nextTag()
    const fields = { consumerTag: this.tag, deliveryTag, redelivered: false, exchange, routingKey }
    channel.sendMessage('basic.deliver', fields, message)
    return true
  }

  close(): void {
    this.#channel.host.vhost.replies.remove(this)
  }
}
