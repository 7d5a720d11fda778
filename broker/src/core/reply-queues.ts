import type { Message } from './message/message.ts'

/** Where a message can go: a queue, or a client that waits for a reply. */
export interface Target {
  readonly name: string
  /** False where it refuses the message. */
  publish(message: Message): boolean
}

/** What a client consumes from, and puts into reply-to, for Direct Reply-to. */
export const replyTo = 'amq.rabbitmq.reply-to'

/** A name as RabbitMQ makes it: 32 bytes of where to reply and 16 that nobody can guess. */
const wellFormed = /^amq\.rabbitmq\.reply-to\.[\w+/=-]{44}\.[\w+/=-]{24}$/

/** The clients of a virtual host that wait for replies, by the name that they gave as reply-to. */
export class ReplyQueues {
  readonly #targets = new Map<string, Target>()

  add(target: Target): void {
    this.#targets.set(target.name, target)
  }

  remove(target: Target): void {
    this.#targets.delete(target.name)
  }

  get(name: string): Target | undefined {
    return this.#targets.get(name)
  }

  /**
   * Where a reply to `name` goes; undefined where this is no name of a reply queue. A reply to a
   * client that is gone counts as routed all the same.
   */
  route(name: string): Target | undefined {
    if (!name.startsWith(`${replyTo}.`)) return undefined
    const target = this.#targets.get(name)
    if (target !== undefined) return target
    return wellFormed.test(name) ? { name, publish: () => true } : undefined
  }
}
