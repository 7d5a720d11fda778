import { Deque } from '../../../collections/deque.ts'
import { consumerPriority, type Consumer, type ConsumerLine } from './consumer.ts'

interface Group {
  readonly priority: number
  readonly waiting: Deque<Consumer>
}

interface Place {
  readonly group: Group
  /** It stands in its group's line; a consumer that was found full does not. */
  inLine: boolean
}

/**
 * Consumers that share a queue: those of the highest priority that can take a message first, in turn
 * among their equals. One that is full costs nothing until it says that it is no longer.
 */
export class SharedLine implements ConsumerLine {
  readonly #places = new Map<Consumer, Place>()
  #groups: Group[] = []

  get size(): number {
    return this.#places.size
  }

  add(consumer: Consumer): void {
    const group = this.#groupOf(consumerPriority(consumer))
    this.#places.set(consumer, { group, inLine: true })
    group.waiting.push(consumer)
  }

  remove(consumer: Consumer): boolean {
    const place = this.#places.get(consumer)
    if (place === undefined) return false
    this.#places.delete(consumer)
    const rest = Array.from(place.group.waiting).filter((each) => each !== consumer)
    place.group.waiting.clear()
    for (const each of rest) place.group.waiting.push(each)
    return true
  }

  /** Puts a consumer that was full back in line. */
  resume(consumer: Consumer): void {
    const place = this.#places.get(consumer)
    if (place === undefined || place.inLine) return
    place.inLine = true
    place.group.waiting.push(consumer)
  }

  /** The consumer whose turn it is, of those that can take a message. */
  next(): Consumer | undefined {
    for (const group of this.#groups) {
      const consumer = this.#nextOf(group)
      if (consumer !== undefined) return consumer
    }
    return undefined
  }

  [Symbol.iterator](): Iterator<Consumer> {
    return this.#places.keys()
  }

  #nextOf(group: Group): Consumer | undefined {
    for (;;) {
      const consumer = group.waiting.shift()
      if (consumer === undefined) return undefined
      const place = this.#places.get(consumer)
      if (place === undefined) continue
      place.inLine = consumer.canTake()
      if (!place.inLine) continue
      group.waiting.push(consumer)
      return consumer
    }
  }

  #groupOf(priority: number): Group {
    const known = this.#groups.find((group) => group.priority === priority)
    if (known !== undefined) return known
    const group = { priority, waiting: new Deque<Consumer>() }
    this.#groups = [...this.#groups, group].toSorted((a, b) => b.priority - a.priority)
    return group
  }
}
