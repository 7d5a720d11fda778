import type { Duplex } from 'node:stream'

import type { ChannelOutput } from '../channel/channel-host.ts'
import { LimitError } from '../settings/limit-error.ts'
import type { Clock } from '../time/clock.ts'
import { FrameWriter, type OutgoingContent } from '../wire/frame-writer.ts'
import type { MethodName } from '../wire/method-table.ts'
import type { MethodFields } from '../wire/methods.ts'

/** Bytes per write. The next write waits for this one, which shows how fast the client reads. */
const writeSize = 65_536

/** A socket can reset the connection. Other streams, and those of TLS, can only be destroyed. */
interface Resettable extends Duplex {
  readonly resetAndDestroy?: () => void
  /** True for TLS: its `resetAndDestroy` throws. */
  readonly encrypted?: boolean
}

export interface OutboxOptions {
  readonly clock: Clock
  /** The number of unsent bytes above which the outbox is `full`. */
  readonly limit: number
  /** Milliseconds for a write. */
  readonly timeout: number
  /** The outbox was `full`, and is half empty now. */
  readonly onDrain: () => void
  readonly onWrite: () => void
  /** The client took nothing for too long, and is disconnected. */
  readonly onTimeout: (reason: string) => void
}

/** What was written for a client, and not sent yet. */
export interface OutgoingFrames {
  readonly length: number
  take(enough?: number): Uint8Array[]
  heartbeat(): void
}

/**
 * The frames that go to a client. They are collected, and written together when the current frames
 * are handled. `full` says that the client does not read fast enough, and `onDrain` that it does
 * again.
 */
export class Outbox<W extends OutgoingFrames = OutgoingFrames> {
  readonly frames: W
  readonly #stream: Duplex
  readonly #options: OutboxOptions
  #isScheduled = false
  #wasFull = false
  /** For the current write. */
  #deadline: Disposable | undefined

  constructor(stream: Duplex, frames: W, options: OutboxOptions) {
    this.frames = frames
    this.#stream = stream
    this.#options = options
  }

  /** The number of unsent bytes. */
  get backlog(): number {
    return this.frames.length + this.#stream.writableLength
  }

  /** There are so many unsent bytes that the client gets no deliveries. */
  get full(): boolean {
    return this.#exceeds(this.#options.limit)
  }

  /** There are so many unsent bytes that nothing is read from the client. */
  get flooded(): boolean {
    return this.#exceeds(this.#options.limit * 4)
  }

  sendHeartbeat(): void {
    this.frames.heartbeat()
    this.flush()
  }

  flush(): void {
    this.#isScheduled = false
    // A stream that takes a write at once is empty afterwards.
    while (this.frames.length > 0 && this.#stream.writable && this.#stream.writableLength === 0)
      this.#write(this.frames.take(writeSize))
    if (this.#stream.writableLength > 0) this.#awaitWrite()
  }

  /** Writes the remaining frames, and ends the stream. */
  end(): void {
    if (this.frames.length > 0 && this.#stream.writable) this.#write(this.frames.take())
    this.#stream.end()
  }

  /** Cancels the timeout of the current write. */
  stop(): void {
    this.#deadline?.[Symbol.dispose]()
    this.#deadline = undefined
  }

  /** Flushes soon, for frames that no frame of the client has caused. */
  scheduleFlush(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    queueMicrotask(() => this.flush())
  }

  #write(chunks: Uint8Array[]): void {
    this.#options.onWrite()
    if (chunks.length > 1) this.#stream.cork()
    const last = chunks.pop()
    for (const chunk of chunks) this.#stream.write(chunk)
    this.#stream.write(last, this.#onWritten)
    this.#stream.uncork()
  }

  #awaitWrite(): void {
    const { clock, timeout } = this.#options
    this.#deadline ??= clock.after(timeout, () => this.#timedOut())
  }

  /** RabbitMQ resets the connection of a client that reads nothing, and requeues its messages. */
  #timedOut(): void {
    const limit = new LimitError('sendTimeout', this.#options.timeout)
    this.#options.onTimeout(limit.explain('the client took nothing of what was sent to it'))
    const stream: Resettable = this.#stream
    if (stream.resetAndDestroy === undefined || stream.encrypted === true) stream.destroy()
    else stream.resetAndDestroy()
  }

  // A stream emits 'drain' only if it exceeded its own high-water mark, which may be above the limit.
  // So the end of each write shows that the client reads.
  readonly #onWritten = (error?: Error | null): void => {
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

/** The outbox of a client that speaks AMQP 0-9-1. */
export class MethodOutbox extends Outbox<FrameWriter> implements ChannelOutput {
  constructor(stream: Duplex, options: OutboxOptions) {
    super(stream, new FrameWriter(), options)
  }

  sendMethod<N extends MethodName>(channel: number, name: N, fields: MethodFields<N>): void {
    this.frames.method(channel, name, fields)
    this.scheduleFlush()
  }

  sendContent(channel: number, content: OutgoingContent): void {
    this.frames.content(channel, content)
  }
}
