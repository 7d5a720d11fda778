import type { Duplex } from 'node:stream'

import { FrameParser } from '../wire/frame-parser.ts'
import type { Frame } from '../wire/frame.ts'

export interface InboxOptions {
  readonly frameMax: number
  /** False while nothing may be read from the client. */
  readonly mayRead: () => boolean
  readonly onFrame: (frame: Frame) => void
  /** What `onFrame` threw, or a stream that is no series of frames. */
  readonly onError: (error: unknown) => void
  /** So many frames were handled that their answers should leave. */
  readonly onBatch: () => void
}

/** What comes in on a connection: reads its stream and hands on the frames, while it may. */
export class Inbox {
  readonly #stream: Duplex
  readonly #options: InboxOptions
  readonly #parser: FrameParser
  #frames = 0

  constructor(stream: Duplex, options: InboxOptions) {
    this.#stream = stream
    this.#options = options
    this.#parser = new FrameParser(options.frameMax)
  }

  /** The largest frame taken, as the two sides agreed. */
  set frameMax(bytes: number) {
    this.#parser.frameMax = bytes
  }

  receive(chunk: Uint8Array): void {
    this.#parser.push(chunk)
    this.#handleFrames()
  }

  /** Goes on with what has come, if it may. */
  resume(): void {
    if (!this.#options.mayRead()) return
    this.#handleFrames()
    if (this.#options.mayRead()) this.#stream.resume()
  }

  #handleFrames(): void {
    const { mayRead, onFrame, onError, onBatch } = this.#options
    while (mayRead()) {
      try {
        const frame = this.#parser.next()
        if (frame === undefined) break
        onFrame(frame)
        if ((++this.#frames & 127) === 0) onBatch()
      } catch (error) {
        onError(error)
      }
    }
    onBatch()
    if (!mayRead()) this.#stream.pause()
  }
}
