import type { Message } from './message.ts'

/** What a message costs beside its body, roughly, and what each further queue adds to it. */
const perMessage = 320
const perEntry = 80

/** Counts roughly what the messages in queues weigh, and tells when that crosses a watermark. */
export class MemoryGauge {
  readonly #high: number
  readonly #low: number
  readonly #onChange: (over: boolean) => void
  #used = 0
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

  get over(): boolean {
    return this.#over
  }

  hold(message: Message): void {
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
