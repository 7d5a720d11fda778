import { EventEmitter, once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'

import { deadline } from '@messaging-patterns/testkit'

import { decodeFrame, encodeFrame, encodeHeader, encodeMethod } from './codec.ts'
import type { Fields, Frame } from './codec.ts'

/** What a peer sends during the handshake. The defaults are those of a normal client. */
export interface Handshake {
  readonly mechanism?: string
  readonly response?: Buffer
  /** What the connection calls itself. */
  readonly name?: string
  readonly capabilities?: Fields
  readonly vhost?: string
  readonly channelMax?: number
  readonly frameMax?: number
  readonly heartbeat?: number
}

/** A message to publish. */
export interface Publication {
  readonly exchange?: string
  readonly routingKey?: string
  readonly body?: string | Buffer
  readonly properties?: Fields
  readonly mandatory?: boolean
  readonly immediate?: boolean
}

const allCapabilities = {
  publisher_confirms: true,
  exchange_exchange_bindings: true,
  'basic.nack': true,
  consumer_cancel_notify: true,
  'connection.blocked': true,
  authentication_failure_close: true,
}

/** A client that sends and receives single frames, so that a test can violate the protocol. */
export class Peer implements AsyncDisposable {
  readonly #socket: Socket
  readonly #url: URL
  readonly #frames: Frame[] = []
  readonly #arrivals = new EventEmitter()
  #unread: Buffer = Buffer.alloc(0)
  #lastHeader: Buffer = Buffer.alloc(0)

  /** Connects the socket without sending anything. With `tls`, the URL is for amqps. */
  constructor(url: string, tls?: ConnectionOptions) {
    this.#url = new URL(url)
    const target = { port: Number(this.#url.port || 5672), host: this.#url.hostname }
    this.#socket = tls === undefined ? connect(target) : connectTls({ ...target, ...tls })
    this.#socket.setNoDelay(true)
    this.#socket.on('data', (bytes) => this.#read(bytes))
    // Some tests expect the broker to close the socket. 'close' follows.
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => this.#arrived({ kind: 'end' }))
  }

  /** Connects, and opens the virtual host and channel 1. */
  static async open(url: string, handshake: Handshake = {}): Promise<Peer> {
    const peer = new Peer(url)
    const opened = await peer.handshake(handshake)
    if (opened.kind !== 'method' || opened.name !== 'ConnectionOpenOk')
      throw new Error(`no open-ok but ${JSON.stringify(opened)}`)
    await peer.ok(1, 'ChannelOpen')
    return peer
  }

  /** Performs the handshake. Returns the answer to connection.open, or the first refusal. */
  async handshake(handshake: Handshake = {}): Promise<Frame> {
    await this.greet()
    const tune = await this.login(handshake)
    if (tune.kind !== 'method' || tune.name !== 'ConnectionTune') return tune
    return this.tune(tune.fields, handshake)
  }

  /** Sends the protocol header. Returns the broker's connection.start. */
  greet(): Promise<Frame> {
    this.write(Buffer.from('AMQP\0\0\x09\x01', 'latin1'))
    return this.next()
  }

  /** Sends connection.start-ok, with PLAIN by default. */
  login(handshake: Handshake = {}): Promise<Frame> {
    const { mechanism = 'PLAIN', response, capabilities = allCapabilities, name } = handshake
    const { username, password } = this.#url
    this.send(0, 'ConnectionStartOk', {
      clientProperties: {
        product: 'contract',
        capabilities,
        ...(name !== undefined && { connection_name: name }),
      },
      mechanism,
      response: response ?? Buffer.from(`\0${username || 'guest'}\0${password || 'guest'}`),
      locale: 'en_US',
    })
    return this.next()
  }

  /** Sends connection.tune-ok, with the `offered` values by default, and connection.open. */
  tune(offered: Fields, handshake: Handshake = {}): Promise<Frame> {
    const { channelMax, frameMax, heartbeat = 0, vhost = this.vhost } = handshake
    this.send(0, 'ConnectionTuneOk', {
      channelMax: channelMax ?? offered['channelMax'],
      frameMax: frameMax ?? offered['frameMax'],
      heartbeat,
    })
    return this.call(0, 'ConnectionOpen', { virtualHost: vhost })
  }

  get vhost(): string {
    return decodeURIComponent(this.#url.pathname.slice(1)) || '/'
  }

  openChannel(channel: number): Promise<Frame> {
    return this.call(channel, 'ChannelOpen')
  }

  /** Sends a method, and returns the next frame of any kind. */
  call(channel: number, method: string, fields: Fields = {}): Promise<Frame> {
    this.send(channel, method, fields)
    return this.next()
  }

  /** Sends a method that must succeed, and returns the fields of its -ok. */
  async ok(channel: number, method: string, fields: Fields = {}): Promise<Fields> {
    const answer = await this.call(channel, method, fields)
    if (answer.kind === 'method' && answer.name === `${method}Ok`) return answer.fields
    throw new Error(`${method} got ${JSON.stringify(answer)}`)
  }

  send(channel: number, method: string, fields: Fields = {}): void {
    this.write(encodeMethod(channel, method, fields))
  }

  sendHeader(channel: number, size: number, properties: Fields = {}): void {
    this.write(encodeHeader(channel, size, properties))
  }

  sendBody(channel: number, body: Buffer): void {
    this.write(encodeFrame({ type: 3 }, channel, body))
  }

  /** Sends basic.publish with its content in one body frame. */
  publish(channel: number, publication: Publication): void {
    const { body = '', properties = {}, ...fields } = publication
    const bytes = Buffer.from(body)
    this.send(channel, 'BasicPublish', { exchange: '', routingKey: '', ...fields })
    this.sendHeader(channel, bytes.length, properties)
    if (bytes.length > 0) this.sendBody(channel, bytes)
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes)
  }

  /** Waits for the next frame. Rejects if none arrives before the deadline. */
  async next(): Promise<Frame> {
    const signal = AbortSignal.timeout(deadline)
    for (;;) {
      const frame = this.#frames.shift()
      if (frame !== undefined) return frame
      await once(this.#arrivals, 'frame', { signal }).catch((cause: unknown) => {
        throw new Error('the broker sent nothing', { cause })
      })
    }
  }

  /** Waits for the next `count` frames. */
  async take(count: number): Promise<Frame[]> {
    const frames: Frame[] = []
    while (frames.length < count) frames.push(await this.next())
    return frames
  }

  /** The octets of the last content header, starting with its class. */
  get lastHeader(): Buffer {
    return this.#lastHeader
  }

  /** Closes the socket without connection.close. */
  vanish(): void {
    this.#socket.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.closed) return
    this.#socket.destroy()
    await once(this.#socket, 'close')
  }

  #read(bytes: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, bytes])
    for (;;) {
      const decoded = decodeFrame(this.#unread)
      if (decoded === undefined) return
      const { frame, length } = decoded
      if (frame.kind === 'header') this.#lastHeader = this.#unread.subarray(7, length - 1)
      this.#unread = this.#unread.subarray(length)
      this.#arrived(frame)
    }
  }

  #arrived(frame: Frame): void {
    this.#frames.push(frame)
    this.#arrivals.emit('frame')
  }
}
