import type { Exchange, Queue, Session } from '@messaging-patterns/shared'

/** One bit of the delay per level: 2^28 seconds are eight years. */
export const levels = 28
export const longestDelay = 2 ** levels - 1
export const allLevels = Array.from({ length: levels }, (_, level) => level)

/** The name of a level's exchange, and of its queue, in which messages wait 2^level seconds. */
export function levelName(level: number): string {
  return `celery_delayed_${level}`
}

/** The part of a routing key for a delay that says how long it is. */
const anyDelay = '*.'.repeat(levels)

/** The exchange to which messages go after their delay. */
export const deliveryExchange = 'celery_delayed_delivery'

/** The options of the queue of a level. */
export function levelQueueOptions(level: number) {
  return {
    type: 'quorum',
    arguments: {
      'x-overflow': 'reject-publish',
      'x-message-ttl': 2 ** level * 1000,
      'x-dead-letter-exchange': level > 0 ? levelName(level - 1) : deliveryExchange,
      'x-dead-letter-strategy': 'at-least-once',
    },
  } as const
}

/** The routing key for a delay: its 28 bits, then the key with which the message arrives. */
export function delayedKey(seconds: number, key: string): string {
  return `${seconds.toString(2).padStart(levels, '0').split('').join('.')}.${key}`
}

/**
 * Delays a message in the broker by any number of seconds, as Celery does: each level has a queue whose
 * messages expire after 2^level seconds. Bit by bit, the routing key of a message says whether it waits
 * in the queue of a level or skips it. No worker has to hold the message.
 */
export class DelayedDelivery {
  readonly #session: Session
  #entry: Promise<Exchange> | undefined
  readonly #bound = new Map<string, Promise<unknown>>()

  constructor(session: Session) {
    this.#session = session
  }

  /** The exchange of the highest level, where a message enters. Resolves when it can reach the queue. */
  async entryFor(queue: Queue): Promise<Exchange> {
    const entry = await this.#declared()
    let bound = this.#bound.get(queue.name)
    if (bound === undefined) {
      const delivery = { name: deliveryExchange, deleted: false }
      // Celery binds with '#.', so the queue of eu.orders also delivers to the queue `orders`.
      bound = queue.bind(delivery, `${anyDelay}${queue.name}`)
      this.#bound.set(queue.name, bound)
      bound.catch(() => this.#bound.delete(queue.name))
    }
    await bound
    return entry
  }

  /** Something of it was deleted. It is declared again for the next message. */
  forget(): void {
    this.#entry = undefined
    this.#bound.clear()
  }

  #declared(): Promise<Exchange> {
    if (this.#entry !== undefined) return this.#entry
    const entry = this.#declare()
    this.#entry = entry
    // The next call tries again.
    entry.catch(() => {
      this.#entry = undefined
    })
    return entry
  }

  async #declare(): Promise<Exchange> {
    const session = this.#session
    const [delivery, exchanges] = await Promise.all([
      session.exchange(deliveryExchange, 'topic'),
      Promise.all(allLevels.map((level) => session.exchange(levelName(level), 'topic'))),
    ])
    await Promise.all(
      exchanges.map(async (exchange, level) => {
        const queue = await session.queue(levelName(level), levelQueueOptions(level))
        // In the routing key, the bit of this level comes after those of the higher levels.
        const higher = '*.'.repeat(levels - 1 - level)
        await queue.bind(exchange, `${higher}1.#`)
        await (exchanges[level - 1] ?? delivery).bind(exchange, `${higher}0.#`)
      }),
    )
    return exchanges.at(-1) ?? delivery
  }
}
