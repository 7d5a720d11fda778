import { EventEmitter } from 'node:events'

export interface DuplexOptions {
  readonly objectMode?: boolean
  /** How much is buffered in each direction before the other side has to wait. */
  readonly highWaterMark?: number
  /** Whether it stays writable when the other side has ended. */
  readonly allowHalfOpen?: boolean
}

export type Callback = (error?: Error | null) => void

/**
 * As much of Node's streams as amqplib uses: writes with cork and drain, and reads with `read()` and
 * `readable`. readable-stream has everything, and is three times as large as the rest of the stand-ins.
 */
export class Duplex<T extends { readonly length: number } = Buffer> extends EventEmitter {
  destroyed = false
  readable = true
  writable = true
  writableCorked = 0
  readonly #objectMode: boolean
  readonly #highWaterMark: number
  readonly #allowHalfOpen: boolean
  #incoming: T[] = []
  #incomingSize = 0
  #hasEnded = false
  #hasEmittedEnd = false
  #isReadableScheduled = false
  #outgoing: T[] = []
  #outgoingSize = 0
  #isWriting = false
  #isEnding = false
  #needsDrain = false

  constructor({ objectMode = false, highWaterMark, allowHalfOpen = true }: DuplexOptions = {}) {
    super()
    this.#objectMode = objectMode
    this.#highWaterMark = highWaterMark ?? (objectMode ? 16 : 65_536)
    this.#allowHalfOpen = allowHalfOpen
  }

  get writableLength(): number {
    return this.#outgoingSize
  }

  get writableNeedDrain(): boolean {
    return this.#needsDrain
  }

  /** With a listener for `data`, everything is read as soon as it arrives. */
  override on(event: string, listener: (...args: unknown[]) => void): this {
    if (event === 'data' && this.listenerCount('data') === 0)
      super.on('readable', () => {
        const chunk = this.read()
        if (chunk !== null) this.emit('data', chunk)
      })
    return super.on(event, listener)
  }

  /** Adds what has arrived, or ends with null. Returns false if the reader is behind. */
  push(chunk: T | null): boolean {
    if (chunk === null) this.#hasEnded = true
    else {
      this.#incoming.push(chunk)
      this.#incomingSize += this.#sizeOf(chunk)
    }
    this.#scheduleReadable()
    return chunk !== null && this.#incomingSize < this.#highWaterMark
  }

  /** Everything that has arrived, or one object; null if there is nothing. */
  read(): T | null {
    if (this.#incoming.length === 0) this.readMore()
    const chunk = this.#objectMode ? this.#incoming.shift() : this.#takeAll()
    if (chunk === undefined) {
      if (this.#hasEnded) queueMicrotask(() => this.#emitEnd())
      return null
    }
    this.#incomingSize = this.#objectMode ? this.#incomingSize - 1 : 0
    if (this.#incomingSize < this.#highWaterMark) this.readMore()
    return chunk
  }

  write(text: T | string): boolean {
    const chunk = this.#chunkOf(text)
    if (this.#isEnding || this.destroyed) {
      const code = 'ERR_STREAM_WRITE_AFTER_END'
      this.emit('error', Object.assign(new Error('write after end'), { code }))
      return false
    }
    this.#outgoing.push(chunk)
    this.#outgoingSize += this.#sizeOf(chunk)
    const hasRoom = this.#outgoingSize < this.#highWaterMark
    if (!hasRoom) this.#needsDrain = true
    if (this.writableCorked === 0) this.#flush()
    return hasRoom
  }

  cork(): void {
    this.writableCorked += 1
  }

  uncork(): void {
    if (this.writableCorked === 0) return
    this.writableCorked -= 1
    if (this.writableCorked === 0) this.#flush()
  }

  end(chunk?: T): this {
    if (chunk !== undefined) this.write(chunk)
    if (this.#isEnding || this.destroyed) return this
    this.#isEnding = true
    this.writableCorked = 0
    this.#flush()
    return this
  }

  destroy(error?: Error | null): this {
    if (this.destroyed) return this
    this.destroyed = true
    this.readable = false
    this.writable = false
    this.release()
    queueMicrotask(() => {
      if (error) this.emit('error', error)
      this.emit('close')
    })
    return this
  }

  /** There is room for more: `push` it. */
  protected readMore(): void {}

  /** Sends chunks, and calls `done` when there is room for more. */
  protected writeAll(_chunks: readonly T[], done: Callback): void {
    done()
  }

  /** Everything was sent, and nothing else follows. */
  protected finish(): void {}

  protected release(): void {}

  #chunkOf(text: T | string): T {
    if (typeof text !== 'string') return text
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only a stream of bytes is given text
    return Buffer.from(text) as unknown as T
  }

  #sizeOf(chunk: T): number {
    return this.#objectMode ? 1 : chunk.length
  }

  #takeAll(): T | undefined {
    const chunks = this.#incoming.splice(0)
    if (chunks.length < 2) return chunks[0]
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a stream without objectMode contains bytes
    return Buffer.concat(chunks as unknown as Buffer[]) as unknown as T
  }

  #scheduleReadable(): void {
    if (this.#isReadableScheduled) return
    this.#isReadableScheduled = true
    queueMicrotask(() => {
      this.#isReadableScheduled = false
      if (this.destroyed) return
      if (this.#incoming.length > 0 || this.#hasEnded) this.emit('readable')
      this.#emitEnd()
    })
  }

  #emitEnd(): void {
    if (!this.#hasEnded || this.#incoming.length > 0 || this.#hasEmittedEnd) return
    this.#hasEmittedEnd = true
    this.readable = false
    this.emit('end')
    if (!this.#allowHalfOpen) this.end()
    // Both sides have ended.
    if (this.#isEnding && !this.writable) this.destroy()
  }

  get #canWrite(): boolean {
    if (this.#outgoing.length === 0 || this.#isWriting || this.destroyed) return false
    return this.writableCorked === 0
  }

  #flush(): void {
    while (this.#canWrite) {
      const chunks = this.#outgoing.splice(0)
      const size = chunks.reduce((sum, chunk) => sum + this.#sizeOf(chunk), 0)
      this.#isWriting = true
      let isAsync = false
      this.writeAll(chunks, (error) => {
        this.#isWriting = false
        this.#outgoingSize -= size
        if (error) this.destroy(error)
        else if (isAsync) this.#flush()
      })
      isAsync = true
    }
    if (!this.#isWriting) this.#allWritten()
  }

  #allWritten(): void {
    if (this.#needsDrain && this.#outgoingSize === 0) {
      this.#needsDrain = false
      queueMicrotask(() => {
        if (!this.destroyed) this.emit('drain')
      })
    }
    if (!this.#isEnding || this.#outgoingSize > 0 || !this.writable) return
    this.writable = false
    this.finish()
    queueMicrotask(() => {
      this.emit('finish')
      if (this.#hasEmittedEnd) this.destroy()
    })
  }
}
