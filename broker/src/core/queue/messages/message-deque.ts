import { Deque } from '../../../collections/deque.ts'
import type { Message } from '../../message/message.ts'
import { PackedMessages } from '../../message/packed-messages.ts'
import { QueueEntry, type ReadyMessage } from './queue-entry.ts'

/** How many messages are packed together, and at most at the head: those of a short queue never are. */
const packSize = 1024

/**
 * Ready messages, first in, first out. Those far from the head are packed, because a long queue
 * needs most of its memory for objects that nothing uses before their turn comes.
 */
export class MessageDeque {
  /** In the order of the queue: the head, packs, and the tail, which is packed when it is long enough. */
  readonly #head = new Deque<ReadyMessage>()
  #packs: Deque<Iterable<ReadyMessage>> | undefined
  #tail: Deque<ReadyMessage> | undefined
  #length = 0

  get length(): number {
    return this.#length
  }

  push(ready: ReadyMessage): void {
    const isHead = this.#length === this.#head.length && this.#length < packSize
    this.#length += 1
    if (isHead) this.#head.push(ready)
    else this.#pushToTail(ready)
  }

  peek(): ReadyMessage | undefined {
    return this.#head.peek()
  }

  shift(): ReadyMessage | undefined {
    const ready = this.#head.shift()
    if (ready === undefined) return undefined
    this.#length -= 1
    if (this.#head.length === 0 && this.#length > 0) this.#refillHead()
    return ready
  }

  clear(): void {
    this.#head.clear()
    this.#packs = undefined
    this.#tail = undefined
    this.#length = 0
  }

  *[Symbol.iterator](): Generator<ReadyMessage> {
    yield* this.#head
    for (const pack of this.#packs ?? []) yield* pack
    yield* this.#tail ?? []
  }

  #pushToTail(ready: ReadyMessage): void {
    this.#tail ??= new Deque()
    this.#tail.push(ready)
    if (this.#tail.length < packSize) return
    this.#packs ??= new Deque()
    this.#packs.push(packIfPossible(this.#tail))
    this.#tail = undefined
  }

  #refillHead(): void {
    const pack = this.#packs?.shift()
    for (const ready of pack ?? this.#tail ?? []) this.#head.push(ready)
    if (pack === undefined) this.#tail = undefined
  }
}

/** Messages of which one cannot be packed stay as they are. */
function packIfPossible(ready: Deque<ReadyMessage>): Iterable<ReadyMessage> {
  const messages: Message[] = []
  for (const each of ready) {
    if (each instanceof QueueEntry || !PackedMessages.canHold(each)) return ready
    messages.push(each)
  }
  return new PackedMessages(messages)
}
