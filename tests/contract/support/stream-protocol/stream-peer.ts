import { EventEmitter, once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'

import { deadline } from '@messaging-patterns/testkit'

import { FieldWriter } from './fields.ts'
import {
  code,
  decodeFrame,
  encodeFrame,
  type CommandName,
  type Delivered,
  type FrameKind,
  type Received,
} from './frames.ts'

export interface StreamHandshake {
  readonly frameMax?: number
  readonly heartbeat?: number
  readonly vhost?: string
  readonly name?: string
}

export interface Entry {
  readonly id: number | bigint
  readonly body: string | Buffer
  /** Only for version 2. */
  readonly filter?: string
}

export type Offset =
  | 'first'
  | 'last'
  | 'next'
  | { readonly offset: number }
  | { readonly timestamp: number }

export interface Subscribe {
  readonly id?: number
  readonly from?: Offset
  readonly credit?: number
  readonly properties?: Readonly<Record<string, string>>
}

/** A client of the stream protocol that sends and receives single frames. */
export class StreamPeer implements AsyncDisposable {
  readonly #socket: Socket
  readonly #url: URL
  readonly #frames: Received[] = []
  readonly #arrivals = new EventEmitter()
  #unread: Buffer = Buffer.alloc(0)
  #nextCorrelationId = 100

  /** Connects the socket without sending anything. */
  constructor(url: string, tls?: ConnectionOptions) {
    this.#url = new URL(url)
    const target = { port: Number(this.#url.port || 5552), host: this.#url.hostname }
    this.#socket = tls === undefined ? connect(target) : connectTls({ ...target, ...tls })
    this.#socket.setNoDelay(true)
    this.#socket.on('data', (bytes) => this.#read(bytes))
    // Some tests expect the broker to close the socket. 'close' follows.
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => this.#arrived({ name: 'end' }))
  }

  /** Connects, logs in, and opens the virtual host. */
  static async open(url: string, handshake: StreamHandshake = {}): Promise<StreamPeer> {
    const peer = new StreamPeer(url)
    await peer.login(handshake)
    peer.tune(handshake)
    const opened = await peer.openVhost(handshake.vhost)
    if (opened['code'] !== code.ok) throw new Error(`not open but ${JSON.stringify(opened)}`)
    return peer
  }

  /** Everything up to the broker's Tune, which it returns. */
  async login({ name }: StreamHandshake = {}): Promise<Received> {
    const properties = name === undefined ? {} : { connection_name: name }
    await this.call('PeerProperties', (to) => to.map({ product: 'contract', ...properties }))
    await this.call('SaslHandshake')
    const answer = await this.authenticate()
    if (answer['code'] !== code.ok) throw new Error(`no login but ${JSON.stringify(answer)}`)
    return this.next()
  }

  authenticate({ mechanism = 'PLAIN', response = this.#plain } = {}): Promise<Received> {
    return this.call('SaslAuthenticate', (to) => to.string(mechanism).binary(response))
  }

  tune({ frameMax = 1_048_576, heartbeat = 0 }: StreamHandshake = {}): void {
    this.send('Tune', (to) => to.uint32(frameMax).uint32(heartbeat))
  }

  openVhost(vhost = this.vhost): Promise<Received> {
    return this.call('Open', (to) => to.string(vhost))
  }

  get vhost(): string {
    return decodeURIComponent(this.#url.pathname.slice(1)) || '/'
  }

  /** Sends a request, and returns the next frame of any kind. */
  call(name: CommandName, write: (to: FieldWriter) => FieldWriter = same): Promise<Received> {
    this.request(name, write)
    return this.next()
  }

  /** Sends a request that must succeed, and returns the response. */
  async ok(name: CommandName, write: (to: FieldWriter) => FieldWriter = same): Promise<Received> {
    const answer = await this.call(name, write)
    if (answer.name === name && answer['code'] === code.ok) return answer
    throw new Error(`${name} got ${JSON.stringify(answer)}`)
  }

  request(name: CommandName, write: (to: FieldWriter) => FieldWriter = same): void {
    const fields = write(new FieldWriter()).bytes
    this.write(encodeFrame({ name }, this.#nextCorrelationId++, fields))
  }

  /** Sends a command that has no correlation id. */
  send(kind: CommandName | FrameKind, write: (to: FieldWriter) => FieldWriter = same): void {
    const frame = typeof kind === 'string' ? { name: kind } : kind
    this.write(encodeFrame(frame, undefined, write(new FieldWriter()).bytes))
  }

  /** Answers a request of the broker. */
  respond(
    name: CommandName,
    correlationId: number,
    write: (to: FieldWriter) => FieldWriter = same,
  ): void {
    const fields = write(new FieldWriter()).bytes
    this.write(encodeFrame({ name, isResponse: true }, correlationId, fields))
  }

  create(stream: string, args: Readonly<Record<string, string>> = {}): Promise<Received> {
    return this.call('Create', (to) => to.string(stream).map(args))
  }

  delete(stream: string): Promise<Received> {
    return this.call('Delete', (to) => to.string(stream))
  }

  declarePublisher(id: number, stream: string, reference = ''): Promise<Received> {
    return this.call('DeclarePublisher', (to) => to.uint8(id).string(reference).string(stream))
  }

  publish(publisherId: number, entries: readonly Entry[]): void {
    const version = entries.some(({ filter }) => filter !== undefined) ? 2 : 1
    this.send({ name: 'Publish', version }, (to) => {
      to.uint8(publisherId).uint32(entries.length)
      for (const { id, body, filter } of entries) {
        to.uint64(id)
        if (version === 2 && filter === undefined) to.uint16(0xffff)
        else if (filter !== undefined) to.string(filter)
        to.binary(Buffer.from(body))
      }
      return to
    })
  }

  subscribe(stream: string, options: Subscribe = {}): Promise<Received> {
    const { id = 1, from = 'first', credit = 10, properties = {} } = options
    return this.call('Subscribe', (to) => {
      writeOffset(to.uint8(id).string(stream), from).uint16(credit)
      return Object.keys(properties).length === 0 ? to : to.map(properties)
    })
  }

  credit(subscriptionId: number, credit: number): void {
    this.send('Credit', (to) => to.uint8(subscriptionId).uint16(credit))
  }

  storeOffset(reference: string, stream: string, offset: number | bigint): void {
    this.send('StoreOffset', (to) => to.string(reference).string(stream).uint64(offset))
  }

  queryOffset(reference: string, stream: string): Promise<Received> {
    return this.call('QueryOffset', (to) => to.string(reference).string(stream))
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes)
  }

  /** Waits for the next frame. Rejects if none arrives before the deadline. */
  async next(): Promise<Received> {
    const signal = AbortSignal.timeout(deadline)
    for (;;) {
      const frame = this.#frames.shift()
      if (frame !== undefined) return frame
      await once(this.#arrivals, 'frame', { signal }).catch((cause: unknown) => {
        throw new Error('the broker sent nothing', { cause })
      })
    }
  }

  /** The next frame, which must be a delivery. */
  async delivery(): Promise<Delivered> {
    const frame = await this.next()
    if (frame.name === 'Deliver') return frame as Delivered
    throw new Error(`no delivery but ${JSON.stringify(frame)}`)
  }

  /** What has arrived and was not read with `next`. */
  get pending(): readonly Received[] {
    return this.#frames
  }

  /** Closes the socket without the closing handshake. */
  vanish(): void {
    this.#socket.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.closed) return
    this.#socket.destroy()
    await once(this.#socket, 'close')
  }

  get #plain(): Buffer {
    const { username, password } = this.#url
    return Buffer.from(`\0${username || 'guest'}\0${password || 'guest'}`)
  }

  #read(bytes: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, bytes])
    while (this.#unread.length >= 4) {
      const end = 4 + this.#unread.readUInt32BE(0)
      if (this.#unread.length < end) return
      this.#arrived(decodeFrame(this.#unread.subarray(4, end)))
      this.#unread = this.#unread.subarray(end)
    }
  }

  #arrived(frame: Received): void {
    this.#frames.push(frame)
    this.#arrivals.emit('frame')
  }
}

export function writeOffset(to: FieldWriter, offset: Offset): FieldWriter {
  if (offset === 'first') return to.uint16(1)
  if (offset === 'last') return to.uint16(2)
  if (offset === 'next') return to.uint16(3)
  return 'offset' in offset
    ? to.uint16(4).uint64(offset.offset)
    : to.uint16(5).uint64(offset.timestamp)
}

function same(to: FieldWriter): FieldWriter {
  return to
}
