import { creditWindow, type Packet } from '../../engine/protocol.ts'

/** The way between a port and its stream: see Gate and DelayLine. */
export interface Network {
  /** What a client has sent arrives at the broker. */
  arrive(task: () => void): void
  /** What the broker has sent departs for the client; `send` takes it, or one part of it after the other. */
  depart(packet: Packet, send: (packet: Packet) => void): void
}

type Listener = (value?: unknown) => void
type Written = () => void

/** What is written beyond the credit of the client, and waits. */
interface Unsent {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly written: Written | undefined
}

/**
 * The broker's end of a connection: as much of Node's Duplex as the broker uses, over a message port.
 * The other end is the stand-in for Node's Socket.
 */
export class PortStream {
  destroyed = false
  writable = true
  /** How many bytes wait for credit. */
  writableLength = 0
  readonly #port: MessagePort
  readonly #network: Network
  readonly #listeners = new Map<string, Listener[]>()
  /** What has arrived while it is paused. */
  readonly #unread: Packet[] = []
  readonly #unsent: Unsent[] = []
  #isPaused = false
  #credit = creditWindow
  /** While it is corked. */
  #corked: Unsent[] | undefined

  constructor(port: MessagePort, network: Network) {
    this.#port = port
    this.#network = network
    port.addEventListener('message', ({ data }: MessageEvent<Packet>) =>
      network.arrive(() => this.#receive(data)),
    )
    port.start()
    this.#send('open')
  }

  on(event: string, listener: Listener): this {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener])
    return this
  }

  once(event: string, listener: Listener): this {
    let isFirst = true
    return this.on(event, (value) => {
      if (isFirst) listener(value)
      isFirst = false
    })
  }

  isPaused(): boolean {
    return this.#isPaused
  }

  pause(): this {
    this.#isPaused = true
    return this
  }

  resume(): this {
    this.#isPaused = false
    while (!this.#isPaused) {
      const packet = this.#unread.shift()
      if (packet === undefined) break
      this.#receive(packet)
    }
    return this
  }

  /** Emits what has arrived while it is paused as `data`. Returns null if there is nothing. */
  read(): Uint8Array | null {
    const [first] = this.#unread
    if (typeof first !== 'object') return null
    this.#unread.shift()
    this.#emitData(first)
    return first
  }

  cork(): void {
    this.#corked ??= []
  }

  uncork(): void {
    const corked = this.#corked ?? []
    this.#corked = undefined
    const bytes = new Uint8Array(corked.reduce((sum, each) => sum + each.bytes.length, 0))
    let offset = 0
    for (const each of corked) {
      bytes.set(each.bytes, offset)
      offset += each.bytes.length
    }
    const written = (): void => {
      for (const each of corked) each.written?.()
    }
    if (bytes.length > 0) this.#write({ bytes, written })
  }

  write(chunk: Uint8Array, written?: Written): boolean {
    const each = { bytes: new Uint8Array(chunk), written }
    if (this.#corked === undefined) this.#write(each)
    else this.#corked.push(each)
    return this.writableLength === 0
  }

  end(): this {
    this.writable = false
    if (this.writableLength === 0) this.#send('end')
    return this
  }

  destroy(): this {
    if (this.destroyed) return this
    this.destroyed = true
    this.writable = false
    this.#send('end')
    queueMicrotask(() => this.#emit('close'))
    return this
  }

  #emit(event: string, value?: unknown): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(value)
  }

  #emitData(bytes: Uint8Array): void {
    this.#send(bytes.length)
    this.#emit('data', bytes)
  }

  #receive(packet: Packet): void {
    if (this.destroyed) return
    if (typeof packet === 'number') this.#addCredit(packet)
    else if (this.#isPaused) this.#unread.push(packet)
    else if (typeof packet === 'object') this.#emitData(packet)
    else this.#emit('end')
  }

  #write(each: Unsent): void {
    if (this.destroyed) return
    this.#unsent.push(each)
    this.writableLength += each.bytes.length
    this.#sendUnsent()
  }

  #addCredit(count: number): void {
    this.#credit += count
    this.#sendUnsent()
    if (!this.writable && this.writableLength === 0) this.#send('end')
  }

  #sendUnsent(): void {
    while (this.#credit > 0) {
      const next = this.#unsent.shift()
      if (next === undefined) return
      const { bytes, written } = next
      // The buffer moves to the client, and then it is empty here.
      const { length } = bytes
      this.#credit -= length
      this.writableLength -= length
      this.#send(bytes)
      if (written !== undefined) queueMicrotask(written)
    }
  }

  #send(packet: Packet): void {
    this.#network.depart(packet, (part) =>
      this.#port.postMessage(part, typeof part === 'object' ? [part.buffer] : []),
    )
  }
}
