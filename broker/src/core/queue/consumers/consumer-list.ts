import type { Consumer } from './consumer.ts'

/** The consumers of a queue. It decides which of them receives the next message. */
export interface ConsumerList {
  readonly size: number
  add(consumer: Consumer): void
  /** Returns false if the consumer is not in the list. */
  remove(consumer: Consumer): boolean
  /** A consumer has capacity again. */
  resume(consumer: Consumer): void
  /** The consumer to receive the next message; undefined if none of them has capacity. */
  next(): Consumer | undefined
  /** Whether it receives messages when it has capacity, or waits for its turn to be the only one. */
  isActive(consumer: Consumer): boolean
  [Symbol.iterator](): Iterator<Consumer>
}
