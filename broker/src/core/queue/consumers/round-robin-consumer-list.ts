import { Deque } from '../../../collections/deque.ts'
import type { ConsumerList } from './consumer-list.ts'
import { consumerPriority, type Consumer } from './consumer.ts'

/** The consumers of one priority. */
interface Group {
  readonly priority: number
  /** Those that may have capacity, in the order of their turns. */
  readonly turns: Deque<Consumer>
}

interface Member {
  readonly group: Group
  hasTurn: boolean
}

/**
 * Consumers that share a queue. Those of the highest priority that have capacity come first, and
 * consumers of the same priority take turns. A consumer without capacity loses its turn until it
 * resumes, so it costs nothing.
 */
export class RoundRobinConsumerList implements ConsumerList {
  readonly #members = new Map<Consumer, Member>()
  /** The highest priority first. */
  #groups: readonly Group[] = []

  get size(): number {
    return this.#members.size
  }

  add(consumer: Consumer): void {
    const group = this.#groupOf(consumerPriority(consumer))
    this.#members.set(consumer, { group, hasTurn: true })
    group.turns.push(consumer)
  }

  remove(consumer: Consumer): boolean {
    const member = this.#members.get(consumer)
    if (member === undefined) return false
    this.#members.delete(consumer)
    const { turns } = member.group
    const others = Array.from(turns).filter((each) => each !== consumer)
    turns.clear()
    for (const other of others) turns.push(other)
    return true
  }

  resume(consumer: Consumer): void {
    const member = this.#members.get(consumer)
    if (member === undefined || member.hasTurn) return
    member.hasTurn = true
    member.group.turns.push(consumer)
  }

  next(): Consumer | undefined {
    for (const group of this.#groups) {
      const consumer = this.#nextOf(group)
      if (consumer !== undefined) return consumer
    }
    return undefined
  }

  isActive(): boolean {
    return true
  }

  [Symbol.iterator](): Iterator<Consumer> {
    return this.#members.keys()
  }

  #nextOf({ turns }: Group): Consumer | undefined {
    for (;;) {
      const consumer = turns.shift()
      if (consumer === undefined) return undefined
      const member = this.#members.get(consumer)
      if (member === undefined) continue
      member.hasTurn = consumer.hasCapacity()
      if (!member.hasTurn) continue
      turns.push(consumer)
      return consumer
    }
  }

  #groupOf(priority: number): Group {
    const known = this.#groups.find((group) => group.priority === priority)
    if (known !== undefined) return known
    const group = { priority, turns: new Deque<Consumer>() }
    this.#groups = [...this.#groups, group].toSorted((a, b) => b.priority - a.priority)
    return group
  }
}
