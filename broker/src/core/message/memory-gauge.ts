import type { Message } from './message.ts'

/** What a message costs in addition to its body, roughly. */
const perMessage = 320
/** What each queue adds once it has an entry for the message; until then it is a tenth of that. */
const perEntry = 80

/** Counts roughly what the messages in queues weigh, and tells when that crosses a watermark. */
export class MemoryGauge {
  readonly #high: number
  readonly #low: number
  readonly #onChange: (over: boolean) => void
  #used = 0
  #copies = 0
  #over = false

  /** `watermark` in bytes; it is called off again at four fifths of that. */
  constructor(watermark: number, onChange: (over: boolean) => void) {
    this.#high = watermark
    this.#low = watermark * 0.8
    this.#onChange = onChange
  }

  get used(): number {
    return this.#used
  }

  /** How many copies of messages have gone to queues so far: a measure of the work done. */
  get copies(): number {
    return this.#copies
  }

  get over(): boolean {
    return this.#over
  }

  hold(message: Message): void {
    this.#copies += 1
    this.#used += perEntry
    if (message.holders === 0) this.#used += perMessage + message.body.length
    message.holders += 1
    if (this.#used > this.#high && !this.#over) this.#turn(true)
  }

  release(message: Message): void {
    message.holders -= 1
    this.#used -= perEntry
    if (message.holders === 0) this.#used -= perMessage + message.body.length
    if (this.#over && this.#used < this.#low) this.#turn(false)
  }

  #turn(over: boolean): void {
    this.#over = over
    this.#onChange(over)
  }
}
