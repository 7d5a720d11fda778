import type { Delivery } from './delivery.ts'

/** What a loop over deliveries gets: the next one, or the end. */
export type NextDelivery = IteratorResult<Delivery, undefined>

/** A loop that waits for a delivery. */
interface Waiter {
  readonly resolve: (next: NextDelivery) => void
  readonly reject: (error: Error) => void
}

/**
 * Between the broker, which delivers, and the loops, which ask for deliveries. It holds deliveries
 * that no loop has asked for yet, or loops that are waiting for the next delivery.
 */
export class DeliveryBuffer {
  #deliveries: Delivery[] = []
  readonly #waiters: Waiter[] = []
  readonly #onLimit: () => void
  /** How many more deliveries the loops may get. */
  #remaining: number
  #stopped = false

  /** The loops get `limit` deliveries altogether; then `onLimit` is called. */
  constructor(limit: number, onLimit: () => void) {
    this.#remaining = limit
    this.#onLimit = onLimit
  }

  /** Gives a delivery to the loop that has waited longest, or keeps it for the next that asks. */
  push(delivery: Delivery): void {
    const waiter = this.#mayGive ? this.#waiters.shift() : undefined
    if (waiter === undefined) this.#deliveries.push(delivery)
    else waiter.resolve(this.#give(delivery))
  }

  /** The oldest delivery; undefined if there is none, or if the loops get no more. */
  shift(): NextDelivery | undefined {
    const delivery = this.#mayGive ? this.#deliveries.shift() : undefined
    return delivery && this.#give(delivery)
  }

  /** Resolves with the next delivery, or with the end. */
  wait(): Promise<NextDelivery> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject })
    })
  }

  /** The loops get no more deliveries; those that still arrive are kept for `clear`. */
  stop(): void {
    this.#stopped = true
  }

  /** Removes and returns the deliveries that no loop has got. */
  clear(): readonly Delivery[] {
    const deliveries = this.#deliveries
    this.#deliveries = []
    return deliveries
  }

  /** Ends all loops that wait: with the error, if there is one. */
  end(failure: Error | undefined): void {
    for (const { resolve, reject } of this.#waiters.splice(0))
      if (failure === undefined) resolve({ value: undefined, done: true })
      else reject(failure)
  }

  get #mayGive(): boolean {
    return !this.#stopped && this.#remaining > 0
  }

  #give(delivery: Delivery): NextDelivery {
    this.#remaining -= 1
    if (this.#remaining === 0) this.#onLimit()
    return { value: delivery, done: false }
  }
}
