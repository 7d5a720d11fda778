export interface ConfirmSink {
  ack(tag: number, multiple: boolean): void
  nack(tag: number, multiple: boolean): void
}

/**
 * The confirms of a channel. Publishings are settled one after another as they come, so one confirm
 * can stand for all since the last; it leaves when the chunk that they came in is done.
 */
export class ConfirmLog {
  readonly #sink: ConfirmSink
  #published = 0
  #told = 0

  constructor(sink: ConfirmSink) {
    this.#sink = sink
  }

  /** Numbers the next message; whatever becomes of it is settled before the one after it. */
  next(): void {
    this.#published += 1
  }

  /** The message that came last was refused by a queue. */
  reject(): void {
    this.#tellUpTo(this.#published - 1)
    // RabbitMQ sets `multiple` on these wherever nothing before is open: nothing ever is, here.
    this.#sink.nack(this.#published, true)
    this.#told = this.#published
  }

  /** Confirms what came before the last message: its basic.return goes after those. */
  flushEarlier(): void {
    this.#tellUpTo(this.#published - 1)
  }

  flush(): void {
    this.#tellUpTo(this.#published)
  }

  #tellUpTo(tag: number): void {
    if (tag <= this.#told) return
    this.#sink.ack(tag, tag - this.#told > 1)
    this.#told = tag
  }
}
