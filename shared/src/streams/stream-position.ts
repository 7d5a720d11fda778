import type { Message } from 'amqplib'

import { offsetOf } from '../consuming/delivery.ts'
import type { DeliveryTracker } from '../consuming/delivery-tracker.ts'
import type { OffsetSaver } from './offset-saver.ts'

export interface StreamPositionOptions {
  /** The arguments of the consumer, without the offset. */
  readonly arguments: Readonly<Record<string, unknown>>
  /** The value of x-stream-offset until the first message has arrived. */
  readonly start: unknown
  readonly saver: OffsetSaver | undefined
}

/** How far a consumer has come in its stream: on the next connection it continues there. */
export class StreamPosition implements DeliveryTracker {
  readonly #options: StreamPositionOptions
  /** The offsets that are not finished, in ascending order; true while the message is worked on. */
  readonly #open = new Map<number, boolean>()
  /** The largest offset that has arrived. */
  #highest: number | undefined
  #start: unknown

  constructor(options: StreamPositionOptions) {
    this.#options = options
    this.#start = options.start
  }

  /** The first offset that is not finished; undefined before the first message. */
  get #next(): number | undefined {
    const [first] = this.#open.keys()
    if (first !== undefined) return first
    return this.#highest === undefined ? undefined : this.#highest + 1
  }

  arguments(): Readonly<Record<string, unknown>> {
    const offset = this.#next ?? this.#start
    // The next connection must not leave out what was sent before it.
    this.#start = fixed(this.#start)
    return { ...this.#options.arguments, 'x-stream-offset': offset }
  }

  received(message: Message): boolean {
    const offset = offsetOf(message)
    if (offset === undefined) return true
    const isNew = this.#highest === undefined || offset > this.#highest
    // On a new connection the stream starts with what is not finished, but it may be worked on right now.
    if (!isNew && this.#open.get(offset) !== false) return false
    if (isNew) this.#highest = offset
    this.#open.set(offset, true)
    return true
  }

  settled(message: Message, finished: boolean): void {
    const offset = offsetOf(message)
    if (offset === undefined || !this.#open.has(offset)) return
    if (!finished) {
      this.#open.set(offset, false)
      return
    }
    const before = this.#next
    this.#open.delete(offset)
    const next = this.#next
    if (next !== undefined && next !== before) this.#options.saver?.update(next - 1)
  }

  async flush(): Promise<void> {
    await this.#options.saver?.flush()
  }
}

/** The seconds of each unit of an age. */
const units: Readonly<Record<string, number>> = {
  Y: 31_536_000,
  M: 2_592_000,
  D: 86_400,
  h: 3600,
  m: 60,
  s: 1,
}

/** A start that moves with time, such as `next` or `10s`, as the time that it is now. */
function fixed(start: unknown): unknown {
  const age = start === 'next' || start === 'last' ? 0 : secondsOf(start)
  if (age === undefined) return start
  return { '!': 'timestamp', value: Math.max(0, Math.floor(Date.now() / 1000) - age) }
}

/** The seconds of an age such as `7D`; undefined for anything else. */
function secondsOf(start: unknown): number | undefined {
  const [, digits, unit = ''] = /^(\d+)([YMDhms])$/.exec(String(start)) ?? []
  const seconds = units[unit]
  return seconds === undefined ? undefined : Number(digits) * seconds
}
