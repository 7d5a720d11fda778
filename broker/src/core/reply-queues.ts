import type { RoutingTarget } from './routing-target.ts'

/** The pseudo-queue of Direct Reply-to: a client consumes from it, and puts its name in reply-to. */
export const replyTo = 'amq.rabbitmq.reply-to'

/** A name as RabbitMQ generates it: 32 bytes that say where to reply, and 16 random bytes. */
const wellFormed = /^amq\.rabbitmq\.reply-to\.[\w+/=-]{44}\.[\w+/=-]{24}$/

/** The clients of a virtual host that wait for replies, by the name that the replies are sent to. */
export class ReplyQueues {
  readonly #queues = new Map<string, RoutingTarget>()

  add(queue: RoutingTarget): void {
    this.#queues.set(queue.name, queue)
  }

  remove(queue: RoutingTarget): void {
    this.#queues.delete(queue.name)
  }

  get(name: string): RoutingTarget | undefined {
    return this.#queues.get(name)
  }

  /**
   * Where a reply to `name` goes; undefined if this is not the name of a reply queue. A reply to a
   * client that has disconnected counts as routed.
   */
  route(name: string): RoutingTarget | undefined {
    if (!name.startsWith(`${replyTo}.`)) return undefined
    const queue = this.#queues.get(name)
    if (queue !== undefined) return queue
    return wellFormed.test(name) ? { name, enqueue: () => true } : undefined
  }
}
