import type { Duplex } from 'node:stream'

import { FrameWriter } from '../wire/frame-writer.ts'

/**
 * What goes out on a connection. Frames are gathered and leave together once what is being handled
 * is done; `full` says when the client does not keep up, and `onDrain` when it has caught up.
 */
export class Outbox {
  readonly frames = new FrameWriter()
  readonly #stream: Duplex
  readonly #limit: number
  readonly #onDrain: () => void
  readonly #onFlush: () => void
  #scheduled = false
  #wasFull = false

  constructor(
    stream: Duplex,
    options: {
      readonly limit: number
      readonly onDrain: () => void
      readonly onFlush: () => void
    },
  ) {
    this.#stream = stream
    this.#limit = options.limit
    this.#onDrain = options.onDrain
    this.#onFlush = options.onFlush
  }

  /** How many bytes the client has yet to take. */
  get backlog(): number {
    return this.frames.length + this.#stream.writableLength
  }

  /** More waits for the client than it may: no deliveries until it has read. */
  get full(): boolean {
    return this.#exceeds(this.#limit)
  }

  /** So much waits for the client that it is not even to be asked for more. */
  get flooded(): boolean {
    return this.#exceeds(this.#limit * 4)
  }

  /** Sees to it that what was written leaves soon. */
  schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(() => this.flush())
  }

  flush(): void {
    this.#scheduled = false
    if (this.frames.length === 0 || !this.#stream.writable) return
    this.#onFlush()
    const chunks = this.frames.take()
    if (chunks.length > 1) this.#stream.cork()
    const last = chunks.pop()
    for (const chunk of chunks) this.#stream.write(chunk)
    this.#stream.write(last, this.#onTaken)
    this.#stream.uncork()
  }

  /** Ends the stream after what is left in it. */
  end(): void {
    this.flush()
    this.#stream.end()
  }

  #exceeds(limit: number): boolean {
    if (this.backlog <= limit) return false
    this.#wasFull = true
    return true
  }

  // A stream emits 'drain' only after it was over its own high-water mark, which may be above the
  // limit: what tells that the client reads is the end of each write.
  readonly #onTaken = (error?: Error | null): void => {
    if (error || !this.#wasFull || this.backlog > this.#limit) return
    this.#wasFull = false
    this.#onDrain()
  }
}
