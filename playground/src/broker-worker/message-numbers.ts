import type { EventMessage } from '@messaging-patterns/broker'

/** How many messages of streams are remembered. */
const rememberedOffsets = 10_000

interface StreamEvent {
  readonly queue: string
  /** Undefined if the queue is not a stream. */
  readonly offset?: number
  readonly message: EventMessage
}

/**
 * The numbers of messages in updates. They are those of the broker, except that they go on after its
 * restart, and that what is read from a stream has the number of what was published to it.
 */
export class MessageNumbers {
  readonly #first: number
  readonly #byOffset = new Map<string, number>()
  readonly #read = new WeakMap<EventMessage, number>()
  /** The id of the first message, which need not be 1. */
  #firstId: number | undefined

  constructor(first: number) {
    this.#first = first
  }

  of(message: EventMessage): number {
    this.#firstId ??= message.id
    return this.#read.get(message) ?? this.#first + message.id - this.#firstId
  }

  /** A message was stored in a queue. */
  stored({ queue, offset, message }: StreamEvent): number {
    const number = this.of(message)
    if (offset === undefined) return number
    this.#byOffset.set(`${offset} ${queue}`, number)
    for (const key of this.#byOffset.keys()) {
      if (this.#byOffset.size <= rememberedOffsets) break
      this.#byOffset.delete(key)
    }
    return number
  }

  /** A message was delivered. */
  delivered({ queue, offset, message }: StreamEvent): number {
    const number = offset === undefined ? undefined : this.#byOffset.get(`${offset} ${queue}`)
    if (number !== undefined) this.#read.set(message, number)
    return this.of(message)
  }
}
