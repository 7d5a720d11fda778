import type { Message } from './message.ts'

/** An estimate of what a message takes in addition to its body. */
const perMessage = 320
/** What each queue adds once it has an entry for the message. Before that, it is a tenth. */
const perEntry = 80

/** Estimates the memory that the messages in queues take, and notices when it crosses a watermark. */
export class MemoryGauge {
  readonly #high: number
  readonly #low: number
  readonly #onChange: (aboveWatermark: boolean) => void
  #used = 0
  #copies = 0
  #over = false
  #alarm = false

  /** `watermark` in bytes. The gauge is no longer over it below four fifths of it. */
  constructor(watermark: number, onChange: (aboveWatermark: boolean) => void) {
    this.#high = watermark
    this.#low = watermark * 0.8
    this.#onChange = onChange
  }

  /** In bytes. */
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

  /** A queue has got a copy of the message. */
  retain(message: Message): void {
    this.#copies += 1
    this.#used += perEntry
    if (message.queueCount === 0) this.#used += perMessage + message.size
    message.queueCount += 1
    if (this.#used > this.#high && !this.#over) this.#change(true)
  }

  /** A stream has got a copy: `reserve` counts the memory of its log. */
  countCopy(): void {
    this.#copies += 1
  }

  /** The memory of a log has grown by `bytes`, or shrunk if they are negative. */
  reserve(bytes: number): void {
    this.#used += bytes
    if (this.#used > this.#high && !this.#over) this.#change(true)
    if (this.#over && this.#used < this.#low) this.#change(this.#alarm)
  }

  /** A queue no longer has the message. */
  release(message: Message): void {
    message.queueCount -= 1
    this.#used -= perEntry
    if (message.queueCount === 0) this.#used -= perMessage + message.size
    if (this.#over && this.#used < this.#low) this.#change(this.#alarm)
  }

  /** Sets an alarm that makes the gauge be over the watermark whatever is used, or clears it. */
  setAlarm(alarm: boolean): void {
    this.#alarm = alarm
    if (alarm || this.#used < this.#low) this.#change(alarm)
  }

  #change(over: boolean): void {
    if (this.#over === over) return
    this.#over = over
    this.#onChange(over)
  }
}
