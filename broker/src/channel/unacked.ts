import type { QueueEntry } from '../core/queue/messages/queue-entry.ts'
import type { Queue } from '../core/queue/queue.ts'
import { preconditionFailed } from '../protocol/faults.ts'
import type { BasicConsumer } from './basic-consumer.ts'

/** A message that was delivered and is not acknowledged yet. */
export interface UnackedDelivery {
  readonly tag: number
  readonly entry: QueueEntry
  readonly queue: Queue
  /** Undefined for basic.get. */
  readonly consumer: BasicConsumer | undefined
}

/** The unacked deliveries of a channel, in the order of their delivery tags. */
export class UnackedDeliveries {
  #deliveries = new Map<number, UnackedDelivery>()

  get size(): number {
    return this.#deliveries.size
  }

  add(delivery: UnackedDelivery): void {
    this.#deliveries.set(delivery.tag, delivery)
  }

  /**
   * Removes and returns the delivery `tag`, with `multiple` also all before it; the tag 0 then means
   * all deliveries. Throws if there is no such delivery.
   */
  take(tag: number, multiple: boolean): readonly UnackedDelivery[] {
    if (multiple && tag === 0) return this.takeAll()
    const delivery = this.#deliveries.get(tag)
    if (delivery === undefined) throw preconditionFailed(`unknown delivery tag ${tag}`)
    if (!multiple) {
      this.#deliveries.delete(tag)
      return [delivery]
    }
    const taken: UnackedDelivery[] = []
    for (const each of this.#deliveries.values()) {
      if (each.tag > tag) break
      taken.push(each)
      this.#deliveries.delete(each.tag)
    }
    return taken
  }

  takeAll(): readonly UnackedDelivery[] {
    const all = Array.from(this.#deliveries.values())
    this.#deliveries.clear()
    return all
  }

  /** Adds deliveries again whose acknowledgement a transaction has rolled back. */
  restore(deliveries: readonly UnackedDelivery[]): void {
    const all = [...this.#deliveries.values(), ...deliveries].toSorted((a, b) => a.tag - b.tag)
    this.#deliveries = new Map(all.map((delivery) => [delivery.tag, delivery]))
  }

  [Symbol.iterator](): Iterator<UnackedDelivery> {
    return this.#deliveries.values()
  }
}
