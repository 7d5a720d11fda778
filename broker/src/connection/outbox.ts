import type { Duplex } from 'node:stream'

import type { Clock } from '../time/clock.ts'
import { FrameWriter } from '../wire/frame-writer.ts'
import type { MethodName } from '../wire/method-table.ts'
import type { MethodFields } from '../wire/methods.ts'

/** Bytes of a write. The next one waits until the client has taken it, so that its reading shows. */
const writeSize = 65_536

/** A socket; other streams can only end. */
interface Resettable extends Duplex {
  readonly resetAndDestroy?: () => void
}

export interface OutboxOptions {
  readonly clock: Clock
  /** Bytes that may wait for the client before it is `full`. */
  readonly limit: number
  /** Milliseconds for a write to be taken. */
  readonly timeout: number
  /** A client that was `full` has taken half of that. */
  readonly onDrain: () => void
  readonly onWrite: () => void
  /** The client has not taken a write in time. */
  readonly onTimeout: () => void
}

/**
 * What goes out on a connection. Frames are gathered and leave together once what is being handled
 * is done; `full` says when the client does not keep up, and `onDrain` when it has caught up.
 */
export class Outbox {
  readonly frames = new FrameWriter()
  readonly #stream: Duplex
  readonly #options: OutboxOptions
  #scheduled = false
  #wasFull = false
  /** Runs while a write waits for the client. */
  #deadline: Disposable | undefined

  constructor(stream: Duplex, options: OutboxOptions) {
    this.#stream = stream
    this.#options = options
  }

  /** How many bytes the client has yet to take. */
  get backlog(): number {
    return this.frames.length + this.#stream.writableLength
  }

  /** More waits for the client than it may: no deliveries until it has read. */
  get full(): boolean {
    return this.#exceeds(this.#options.limit)
  }

  /** So much waits for the client that it is not even to be asked for more. */
  get flooded(): boolean {
    return this.#exceeds(this.#options.limit * 4)
  }

  sendMethod<N extends MethodName>(channel: number, name: N, fields: MethodFields<N>): void {
    this.frames.method(channel, name, fields)
    this.schedule()
  }

  sendHeartbeat(): void {
    this.frames.heartbeat()
    this.flush()
  }

  /** Makes sure that what was written leaves soon. */
  schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(() => this.flush())
  }

  flush(): void {
    this.#scheduled = false
    // A stream that takes a write at once has nothing in it afterwards.
    while (this.frames.length > 0 && this.#stream.writable && this.#stream.writableLength === 0)
      this.#write(this.frames.take(writeSize))
    if (this.#stream.writableLength > 0) this.#awaitClient()
  }

  /** Ends the stream after what is left in it. */
  end(): void {
    if (this.frames.length > 0 && this.#stream.writable) this.#write(this.frames.take())
    this.#stream.end()
  }

  /** Drops what is left in the stream, and the stream. */
  reset(): void {
    const stream: Resettable = this.#stream
    if (stream.resetAndDestroy === undefined) stream.destroy()
    else stream.resetAndDestroy()
  }

  /** Waits for the client no longer. */
  stop(): void {
    this.#deadline?.[Symbol.dispose]()
    this.#deadline = undefined
  }

  #write(chunks: Uint8Array[]): void {
    this.#options.onWrite()
    if (chunks.length > 1) this.#stream.cork()
    const last = chunks.pop()
    for (const chunk of chunks) this.#stream.write(chunk)
    this.#stream.write(last, this.#onTaken)
    this.#stream.uncork()
  }

  #awaitClient(): void {
    const { clock, timeout, onTimeout } = this.#options
    this.#deadline ??= clock.after(timeout, onTimeout)
  }

  // A stream emits 'drain' only after it was over its own high-water mark, which may be above the
  // limit: what tells that the client reads is the end of each write.
  readonly #onTaken = (error?: Error | null): void => {
    if (error || this.#stream.writableLength > 0) return
    this.stop()
    this.flush()
    if (!this.#wasFull || this.backlog > this.#options.limit / 2) return
    this.#wasFull = false
    this.#options.onDrain()
  }

  #exceeds(limit: number): boolean {
    if (this.backlog <= limit) return false
    this.#wasFull = true
    return true
  }
}
