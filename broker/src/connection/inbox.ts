import type { Duplex } from 'node:stream'

import type { BrokerContext } from './broker-context.ts'
import { timeSlice, type BusyConnection } from './scheduler.ts'

const framesPerBatch = 128
/** Node would read eight times as much from a socket before it looks at the next one. */
const bytesPerSlice = 262_144
/** After a read of this size, there is probably more. */
const largeRead = 16_384

// Kept from the start, as the timers of the clock are.
const { setImmediate: afterThisTurn } = globalThis

/** Cuts the bytes of a client into frames. */
export interface Parser<F> {
  push(chunk: Uint8Array): void
  /** The next frame; undefined if it is not complete yet. Throws if the bytes are not a frame. */
  next(): F | undefined
}

export interface InboxOptions<F> {
  readonly broker: Pick<BrokerContext, 'scheduler' | 'faults'>
  readonly parser: Parser<F>
  /** False while nothing may be read from the client. */
  readonly mayRead: () => boolean
  readonly onFrame: (frame: F) => void
  /** An error that `onFrame` threw, or bytes that are not a frame. */
  readonly onError: (error: unknown) => void
  /** It is time to send the answers to the frames so far. */
  readonly onBatch: () => void
}

/** What a client sends: reads the stream, and passes on the frames while that is allowed. */
export class Inbox<F> implements BusyConnection {
  readonly #stream: Duplex
  readonly #options: InboxOptions<F>
  #frames = 0
  /** What is left of its time slice, in milliseconds and in bytes: reading takes time as well. */
  #timeLeft = timeSlice
  #bytesLeft = bytesPerSlice
  #isQueued = false
  #awaitsEndOfTurn = false

  constructor(stream: Duplex, options: InboxOptions<F>) {
    this.#stream = stream
    this.#options = options
  }

  receive(chunk: Uint8Array): void {
    const { broker, parser, onBatch } = this.#options
    const { scheduler, faults } = broker
    parser.push(chunk)
    if (this.#isQueued) return
    const began = scheduler.now()
    const isDone = this.#handleFrames(began + this.#timeLeft)
    // A test sees the answers before it continues.
    if (chunk.length < largeRead || faults !== undefined) onBatch()
    else this.#endBatchAfterTurn()
    this.#timeLeft -= scheduler.now() - began
    this.#bytesLeft -= chunk.length
    this.#proceed(isDone && this.#timeLeft > 0 && this.#bytesLeft > 0)
  }

  /** Whatever kept it from reading may be over. */
  resume(): void {
    if (!this.#isQueued) this.#proceed(false)
  }

  takeTurn(end: number): void {
    const { broker, mayRead, onBatch } = this.#options
    let isDone = this.#handleFrames(end)
    // What Node has read meanwhile belongs to this turn as well; `read` emits it as 'data'.
    if (isDone && mayRead() && this.#stream.read() !== null) isDone = this.#handleFrames(end)
    onBatch()
    this.#isQueued = false
    this.#timeLeft = timeSlice
    this.#bytesLeft = bytesPerSlice
    this.#proceed(isDone && broker.scheduler.now() < end)
  }

  /** Reads on, waits until it may read, or waits for its turn. */
  #proceed(hasTime: boolean): void {
    const { broker, mayRead } = this.#options
    if (hasTime && mayRead()) {
      this.#stream.resume()
      return
    }
    this.#stream.pause()
    this.#isQueued = mayRead()
    if (this.#isQueued) broker.scheduler.enqueue(this)
  }

  /** False if the time is over before the frames are. */
  #handleFrames(end: number): boolean {
    const { broker, parser, mayRead, onFrame, onError, onBatch } = this.#options
    let hasTime = true
    while (hasTime && mayRead()) {
      try {
        const frame = parser.next()
        if (frame === undefined) break
        onFrame(frame)
      } catch (error) {
        onError(error)
      }
      this.#frames += 1
      if (this.#frames % framesPerBatch === 0) onBatch()
      hasTime = !broker.scheduler.isOver(end)
    }
    return hasTime
  }

  /** With a write for each read, each confirm of a large message would be a system call of its own. */
  #endBatchAfterTurn(): void {
    if (this.#awaitsEndOfTurn) return
    this.#awaitsEndOfTurn = true
    afterThisTurn(() => {
      this.#awaitsEndOfTurn = false
      if (!this.#stream.destroyed) this.#options.onBatch()
    })
  }
}
