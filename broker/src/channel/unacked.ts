import type { QueueEntry } from '../core/queue/messages/queue-entry.ts'
import type { Queue } from '../core/queue/queue.ts'
import { preconditionFailed } from '../protocol/faults.ts'
import type { Subscription } from './basic-consumer.ts'

/** A message that went to the client and is not settled. */
export interface Delivery {
  readonly tag: number
  readonly entry: QueueEntry
  readonly queue: Queue
  /** Undefined for a message that basic.get took. */
  readonly subscription: Subscription | undefined
}

/** What a channel has delivered, by delivery tag, in the order of the tags. */
export class UnackedDeliveries {
  #deliveries = new Map<number, Delivery>()

  get size(): number {
    return this.#deliveries.size
  }

  add(delivery: Delivery): void {
    this.#deliveries.set(delivery.tag, delivery)
  }

  /**
   * Takes out the delivery `tag`, or all up to it; the tag 0 stands for all there are. Throws where
   * there is no such delivery.
   */
  take(tag: number, multiple: boolean): readonly Delivery[] {
    if (multiple && tag === 0) return this.takeAll()
    const delivery = this.#deliveries.get(tag)
    if (delivery === undefined) throw preconditionFailed(`unknown delivery tag ${tag}`)
    if (!multiple) {
      this.#deliveries.delete(tag)
      return [delivery]
    }
    const taken: Delivery[] = []
    for (const each of this.#deliveries.values()) {
      if (each.tag > tag) break
      taken.push(each)
      this.#deliveries.delete(each.tag)
    }
    return taken
  }

  takeAll(): readonly Delivery[] {
    const all = Array.from(this.#deliveries.values())
    this.#deliveries.clear()
    return all
  }

  /** Puts back what a transaction took and rolled back. */
  restore(deliveries: readonly Delivery[]): void {
    const all = [...this.#deliveries.values(), ...deliveries].toSorted((a, b) => a.tag - b.tag)
    this.#deliveries = new Map(all.map((delivery) => [delivery.tag, delivery]))
  }

  [Symbol.iterator](): Iterator<Delivery> {
    return this.#deliveries.values()
  }
}
