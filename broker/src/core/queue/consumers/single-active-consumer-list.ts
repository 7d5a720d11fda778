import { consumerPriority, type Consumer, type ConsumerLine } from './consumer.ts'

/**
 * Of all consumers one alone gets messages, until it goes. In a quorum queue one of a higher
 * priority takes over before that, as soon as the active one has settled what it holds.
 */
export class SingleActiveLine implements ConsumerLine {
  readonly #consumers = new Set<Consumer>()
  readonly #higherTakesOver: boolean
  #active: Consumer | undefined

  constructor({ higherTakesOver }: { readonly higherTakesOver: boolean }) {
    this.#higherTakesOver = higherTakesOver
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
    if (this.#higherTakesOver && !this.#handOver()) return undefined
    return this.#active?.canTake() === true ? this.#active : undefined
  }

  [Symbol.iterator](): Iterator<Consumer> {
    return this.#consumers.values()
  }

  /** False while the active consumer has to settle its messages before another takes over. */
  #handOver(): boolean {
    const highest = this.#highest()
    if (highest === undefined || this.#active === undefined) return true
    if (consumerPriority(highest) <= consumerPriority(this.#active)) return true
    if (this.#active.unsettled > 0) return false
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
