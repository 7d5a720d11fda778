import { creditWindow, type Packet } from '../../engine/protocol.ts'
import { handles } from '../process/handles.ts'
import { arrives } from '../process/pause.ts'
import { Duplex, type Callback } from '../streams/duplex.ts'
import { wire } from './wire.ts'

export interface ConnectOptions {
  readonly host?: string
  readonly port?: number | string
}

/** A socket: a stream over a message port, whose other end is in the worker of the broker. */
export class Socket extends Duplex {
  #port: MessagePort | undefined
  #options: ConnectOptions = {}
  #isConnected = false
  #timer: ReturnType<typeof setTimeout> | undefined
  #unread = 0
  #inFlight = 0
  #whenRead: Callback | undefined

  constructor() {
    super({ allowHalfOpen: false })
  }

  connect(options: ConnectOptions, onConnect?: () => void): this {
    const { port1: port, port2: other } = new MessageChannel()
    this.#options = options
    if (onConnect !== undefined) this.once('connect', onConnect)
    this.#listen(port)
    const onBrokerGone = (): void => arrives(() => this.#receive('end'))
    addEventListener('broker-gone', onBrokerGone)
    this.once('close', () => removeEventListener('broker-gone', onBrokerGone))
    wire.connect(other, Number(options.port))
    return this
  }

  /** Becomes the other end of a connection that was opened to a server. */
  accept(port: MessagePort): this {
    this.#listen(port)
    this.#isConnected = true
    this.#send('open')
    return this
  }

  setTimeout(milliseconds: number, onTimeout?: () => void): this {
    clearTimeout(this.#timer)
    if (milliseconds === 0) return this
    this.#timer = setTimeout(() => this.emit('timeout'), milliseconds)
    if (onTimeout !== undefined) this.once('timeout', onTimeout)
    return this
  }

  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  protected override readMore(): void {
    if (this.#unread > 0) this.#send(this.#unread)
    this.#unread = 0
  }

  protected override writeAll(chunks: readonly Buffer[], done: Callback): void {
    const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
    const bytes = new Uint8Array(size)
    let offset = 0
    for (const chunk of chunks) {
      bytes.set(chunk, offset)
      offset += chunk.length
    }
    this.#inFlight += size
    this.#port?.postMessage(bytes, [bytes.buffer])
    if (this.#inFlight < creditWindow) done()
    else this.#whenRead = done
  }

  protected override finish(): void {
    this.#send('end')
  }

  protected override release(): void {
    clearTimeout(this.#timer)
    this.#send('end')
    this.#port?.close()
    handles.delete(this)
  }

  #listen(port: MessagePort): void {
    this.#port = port
    port.addEventListener('message', ({ data }: MessageEvent<Packet>) =>
      arrives(() => this.#receive(data)),
    )
    port.start()
    handles.add(this)
  }

  #send(packet: Packet): void {
    this.#port?.postMessage(packet)
  }

  #receive(packet: Packet): void {
    if (this.destroyed) return
    if (typeof packet === 'object') {
      this.#unread += packet.length
      if (this.push(Buffer.from(packet.buffer))) this.readMore()
    } else if (typeof packet === 'number') this.#acknowledged(packet)
    else if (packet === 'open') this.#opened()
    else if (packet === 'end' && this.#isConnected) this.push(null)
    else this.destroy(this.#failure(packet === 'end' ? 'ECONNRESET' : packet))
  }

  #acknowledged(count: number): void {
    this.#inFlight -= count
    if (this.#inFlight >= creditWindow) return
    const done = this.#whenRead
    this.#whenRead = undefined
    done?.()
  }

  #opened(): void {
    this.#isConnected = true
    this.emit('connect')
    this.emit('ready')
  }

  #failure(code: string): Error {
    const { host: address = 'localhost', port } = this.#options
    const error = new Error(`connect ${code} ${address}:${port}`)
    return Object.assign(error, { code, syscall: 'connect', address, port })
  }
}

export function connect(options: ConnectOptions, onConnect?: () => void): Socket {
  return new Socket().connect(options, onConnect)
}

export const createConnection = connect

export function createServer(): never {
  throw new Error('a page cannot listen on a port')
}

export function isIP(address: string): 0 | 4 | 6 {
  if (/^\d+(\.\d+){3}$/.test(address)) return 4
  return address.includes(':') ? 6 : 0
}
