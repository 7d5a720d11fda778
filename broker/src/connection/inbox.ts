import type { Duplex } from 'node:stream'

import { FrameParser } from '../wire/frame-parser.ts'
import type { Frame } from '../wire/frame.ts'
import { timeSlice, type BusyConnection, type Scheduler } from './scheduler.ts'

const framesPerBatch = 128
/** Node would read eight times as much from a socket before it looks at the next one. */
const bytesPerSlice = 262_144

export interface InboxOptions {
  readonly scheduler: Scheduler
  readonly frameMax: number
  /** False while nothing may be read from the client. */
  readonly mayRead: () => boolean
  readonly onFrame: (frame: Frame) => void
  /** An error that `onFrame` threw, or bytes that are not a frame. */
  readonly onError: (error: unknown) => void
  /** It is time to send the answers to the frames so far. */
  readonly onBatch: () => void
}

/** What a client sends: reads the stream, and passes on the frames while that is allowed. */
export class Inbox implements BusyConnection {
  readonly #stream: Duplex
  readonly #options: InboxOptions
  readonly #parser: FrameParser
  #frames = 0
  /** What is left of its time slice, in milliseconds and in bytes: reading takes time as well. */
  #timeLeft = timeSlice
  #bytesLeft = bytesPerSlice
  #isQueued = false

  constructor(stream: Duplex, options: InboxOptions) {
    this.#stream = stream
    this.#options = options
    this.#parser = new FrameParser(options.frameMax)
  }

  /** The largest frame that is accepted, as the two sides agreed. */
  set frameMax(bytes: number) {
    this.#parser.frameMax = bytes
  }

  receive(chunk: Uint8Array): void {
    this.#parser.push(chunk)
    if (this.#isQueued) return
    const { scheduler } = this.#options
    const began = scheduler.now()
    const isDone = this.#handleFrames(began + this.#timeLeft)
    this.#timeLeft -= scheduler.now() - began
    this.#bytesLeft -= chunk.length
    this.#proceed(isDone && this.#timeLeft > 0 && this.#bytesLeft > 0)
  }

  /** Whatever kept it from reading may be over. */
  resume(): void {
    if (!this.#isQueued) this.#proceed(false)
  }

  takeTurn(end: number): void {
    const { scheduler, mayRead } = this.#options
    let isDone = this.#handleFrames(end)
    // What Node has read meanwhile belongs to this turn as well; `read` emits it as 'data'.
    if (isDone && mayRead() && this.#stream.read() !== null) isDone = this.#handleFrames(end)
    this.#isQueued = false
    this.#timeLeft = timeSlice
    this.#bytesLeft = bytesPerSlice
    this.#proceed(isDone && scheduler.now() < end)
  }

  /** Reads on, waits until it may read, or waits for its turn. */
  #proceed(hasTime: boolean): void {
    const { scheduler, mayRead } = this.#options
    if (hasTime && mayRead()) {
      this.#stream.resume()
      return
    }
    this.#stream.pause()
    this.#isQueued = mayRead()
    if (this.#isQueued) scheduler.enqueue(this)
  }

  /** False if the time is over before the frames are. */
  #handleFrames(end: number): boolean {
    const { scheduler, mayRead, onFrame, onError, onBatch } = this.#options
    let hasTime = true
    while (hasTime && mayRead()) {
      try {
        const frame = this.#parser.next()
        if (frame === undefined) break
        onFrame(frame)
      } catch (error) {
        onError(error)
      }
      this.#frames += 1
      if (this.#frames % framesPerBatch === 0) onBatch()
      hasTime = !scheduler.isOver(end)
    }
    onBatch()
    return hasTime
  }
}
