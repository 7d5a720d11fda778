import type { ConsumerList } from './consumer-list.ts'
import { consumerPriority, type Consumer } from './consumer.ts'

/**
 * Consumers of which only one is active, until it is removed. In a quorum queue, a consumer of a
 * higher priority replaces it earlier: as soon as it has acknowledged all its messages.
 */
export class SingleActiveConsumerList implements ConsumerList {
  readonly #consumers = new Set<Consumer>()
  readonly #replacesActive: boolean
  #active: Consumer | undefined

  /** `replacesActive`: a consumer of a higher priority becomes the active one. */
  constructor({ replacesActive }: { readonly replacesActive: boolean }) {
    this.#replacesActive = replacesActive
  }

  get size(): number {
    return this.#consumers.size
  }

  add(consumer: Consumer): void {
    this.#consumers.add(consumer)
    this.#active ??= consumer
  }

  remove(consumer: Consumer): boolean {
    if (!this.#consumers.delete(consumer)) return false
    if (this.#active === consumer) this.#active = this.#highest()
    return true
  }

  resume(): void {
    // next() asks the active consumer each time.
  }

  next(): Consumer | undefined {
    if (this.#replacesActive && !this.#replaceActive()) return undefined
    return this.#active?.hasCapacity() === true ? this.#active : undefined
  }

  isActive(consumer: Consumer): boolean {
    return consumer === this.#active
  }

  [Symbol.iterator](): Iterator<Consumer> {
    return this.#consumers.values()
  }

  /** Returns false while the active consumer has to acknowledge its messages before it is replaced. */
  #replaceActive(): boolean {
    const highest = this.#highest()
    if (highest === undefined || this.#active === undefined) return true
    if (consumerPriority(highest) <= consumerPriority(this.#active)) return true
    if (this.#active.unackedCount > 0) return false
    this.#active = highest
    return true
  }

  #highest(): Consumer | undefined {
    let best: Consumer | undefined
    for (const consumer of this.#consumers)
      if (best === undefined || consumerPriority(consumer) > consumerPriority(best)) best = consumer
    return best
  }
}
