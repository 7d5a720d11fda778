import { Deque } from '../../collections/deque.ts'
import type { EventMessage } from '../../events/broker-events.ts'

/** What can happen to a message in a queue. */
export type MessageFate = 'received' | 'delivered' | 'acked' | 'requeued' | 'dead-lettered'

/** Something that the broker has done, in the words of the history. */
export interface HistoryEntry {
  /** On the clock of the test. */
  readonly at: number
  /** `published` is what happens at an exchange; the other words of a message belong to a queue. */
  readonly what: MessageFate | 'published' | 'unroutable' | 'fault' | 'other'
  /** Without a queue and an exchange, it concerns all of them. */
  readonly queue?: string
  readonly exchange?: string
  readonly message?: EventMessage
  /** The reason of a dead letter. */
  readonly reason?: string
  readonly redelivered?: boolean
  /** Where the message is in a stream. */
  readonly offset?: number
  /** The end of its line. */
  readonly details?: string
}

/** More is forgotten, so that a long test does not run out of memory. */
const mostEntries = 100_000
const mostBytes = 67_108_864

/** What the broker has done, as long as the test wants to know. */
export class History {
  #entries = new Deque<HistoryEntry>()
  #bytes = 0
  /** By the ids of messages, which are large numbers in a long test. */
  readonly #numbers = new Map<number, number>()
  /** The numbers of the messages in streams, which are another object for each delivery. */
  readonly #numbersInStreams = new Map<string, number>()
  #nextNumber = 1
  /** When it began. */
  start = 0
  /** How many entries it no longer has. */
  forgotten = 0

  add(entry: HistoryEntry): void {
    if (entry.message !== undefined) this.#identify(entry, entry.message)
    this.#entries.push(entry)
    this.#bytes += sizeOf(entry)
    while (this.#entries.length > mostEntries || this.#bytes > mostBytes) {
      const oldest = this.#entries.shift()
      if (oldest === undefined) return
      this.#bytes -= sizeOf(oldest)
      this.#numbersInStreams.delete(placeOf(oldest))
      this.forgotten += 1
    }
  }

  clear(now: number): void {
    this.#entries = new Deque()
    this.#bytes = 0
    this.forgotten = 0
    this.#numbers.clear()
    this.#numbersInStreams.clear()
    this.#nextNumber = 1
    this.start = now
  }

  /** A small number that stands for the message in all its lines, also when it is dead-lettered. */
  numberOf(message: EventMessage): number {
    const known = this.#numbers.get(message.id)
    if (known !== undefined) return known
    const number = this.#nextNumber++
    this.#setNumber(message, number)
    return number
  }

  #identify(entry: HistoryEntry, message: EventMessage): void {
    const place = placeOf(entry)
    const known = this.#numbersInStreams.get(place)
    if (entry.what === 'delivered' && known !== undefined) this.#setNumber(message, known)
    const number = this.numberOf(message)
    if (entry.offset !== undefined) this.#numbersInStreams.set(place, number)
  }

  #setNumber({ id }: EventMessage, number: number): void {
    this.#numbers.set(id, number)
    const [oldest] = this.#numbers.keys()
    if (this.#numbers.size > mostEntries && oldest !== undefined) this.#numbers.delete(oldest)
  }

  [Symbol.iterator](): Iterator<HistoryEntry> {
    return this.#entries[Symbol.iterator]()
  }
}

function placeOf({ queue, offset }: HistoryEntry): string {
  return `${offset} ${queue}`
}

function sizeOf({ message }: HistoryEntry): number {
  return message?.body.length ?? 0
}
