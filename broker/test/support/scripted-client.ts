import { duplexPair, type Duplex } from 'node:stream'

import { deadline } from '../../../testkit/src/waiting/deadline.ts'
import { Broker } from '../../src/broker.ts'
import type { Protocol } from '../../src/clients.ts'
import type { FieldTable } from '../../src/protocol/field-value.ts'
import { bool, longstr, table } from '../../src/protocol/field-value.ts'
import type { MessageProperties } from '../../src/protocol/properties.ts'
import { resolveOptions, type BrokerOptions } from '../../src/settings/options.ts'
import { ByteReader } from '../../src/wire/byte-reader.ts'
import { FrameParser } from '../../src/wire/frame-parser.ts'
import { FrameWriter } from '../../src/wire/frame-writer.ts'
import { frameType, protocolHeader, type Frame } from '../../src/wire/frame.ts'
import type { MethodName } from '../../src/wire/method-table.ts'
import { methodNameOf, readMethod, type Method, type MethodFields } from '../../src/wire/methods.ts'
import { ManualClock } from './manual-clock.ts'
import { StreamClient } from './stream-client.ts'

/** What a client received: a method, a content header, a body, a heartbeat, or the end. */
export type Received =
  | (Method & { readonly channel: number })
  | { readonly name: 'header'; readonly channel: number; readonly size: number }
  | { readonly name: 'body'; readonly channel: number; readonly text: string }
  | { readonly name: 'heartbeat' | 'protocol-header' | 'end' }

const capabilities = table({
  consumer_cancel_notify: bool(true),
  'connection.blocked': bool(true),
  authentication_failure_close: bool(true),
})

/** A client that does nothing on its own: a test writes and reads every frame. */
export class ScriptedClient {
  readonly stream: Duplex
  readonly frames = new FrameWriter()
  readonly #parser = new FrameParser(0)
  readonly #received: Received[] = []
  readonly #waiting: ((received: Received) => void)[] = []
  #isFirst = true

  constructor(stream: Duplex) {
    this.stream = stream
    stream.on('data', (chunk: Uint8Array) => this.#receive(chunk))
    stream.on('error', () => {})
    stream.on('end', () => stream.destroy())
    stream.on('close', () => this.#arrived({ name: 'end' }))
  }

  /** The next frame, or the end. Rejects if there is none in time. */
  next(): Promise<Received> {
    const first = this.#received.shift()
    if (first !== undefined) return Promise.resolve(first)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('received nothing')), deadline)
      this.#waiting.push((received) => {
        clearTimeout(timer)
        resolve(received)
      })
    })
  }

  /** The next frame, which must be the method `name`. */
  async expect<N extends MethodName>(name: N): Promise<Extract<Received, { name: N }>> {
    const received = await this.next()
    if (received.name !== name)
      throw new Error(`expected ${name}, received ${JSON.stringify(received)}`)
    return received as Extract<Received, { name: N }>
  }

  /** Everything received that was not read with `next` yet. */
  get pending(): readonly Received[] {
    return this.#received
  }

  /** Removes and returns everything that was not read with `next` yet. */
  takePending(): readonly Received[] {
    return this.#received.splice(0)
  }

  send<N extends MethodName>(channel: number, name: N, fields: MethodFields<N>): this {
    this.frames.method(channel, name, fields)
    return this.flush()
  }

  publish(
    routingKey: string,
    body: string | Uint8Array,
    options: {
      readonly channel?: number
      readonly exchange?: string
      readonly mandatory?: boolean
      readonly properties?: MessageProperties
    } = {},
  ): this {
    const { channel = 1, exchange = '', mandatory = false, properties = {} } = options
    const fields = { ticket: 0, exchange, routingKey, mandatory, immediate: false }
    this.frames.method(channel, 'basic.publish', fields)
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
    this.frames.content(channel, { properties, encodedProperties: undefined, body: bytes })
    return this.flush()
  }

  /** Sends bytes without a frame around them. */
  raw(bytes: Uint8Array): this {
    this.stream.write(bytes)
    return this
  }

  flush(): this {
    for (const chunk of this.frames.take()) this.stream.write(chunk)
    return this
  }

  async start({ user = 'guest', password = 'guest', properties = capabilities, name = '' } = {}) {
    this.raw(protocolHeader)
    const start = await this.expect('connection.start')
    this.send(0, 'connection.start-ok', {
      clientProperties: new Map([
        ['connection_name', longstr(name)],
        ['capabilities', properties],
      ]),
      mechanism: 'PLAIN',
      response: new TextEncoder().encode(`\0${user}\0${password}`),
      locale: 'en_US',
    })
    return start
  }

  /** Goes through the handshake up to connection.open-ok. */
  async open(
    options: { heartbeat?: number; frameMax?: number; vhost?: string; name?: string } = {},
  ) {
    await this.start({ name: options.name ?? '' })
    const tune = await this.expect('connection.tune')
    const { heartbeat = 0, frameMax = tune.frameMax, vhost = '/' } = options
    this.send(0, 'connection.tune-ok', { channelMax: tune.channelMax, frameMax, heartbeat })
    this.frames.frameMax = frameMax
    this.send(0, 'connection.open', { virtualHost: vhost, capabilities: '', insist: false })
    await this.expect('connection.open-ok')
    return tune
  }

  async openChannel(channel = 1): Promise<void> {
    this.send(channel, 'channel.open', { outOfBand: '' })
    await this.expect('channel.open-ok')
  }

  async declare(queue: string, args: FieldTable = new Map()): Promise<void> {
    this.send(1, 'queue.declare', {
      ticket: 0,
      queue,
      passive: false,
      durable: true,
      exclusive: false,
      autoDelete: false,
      noWait: false,
      arguments: args,
    })
    await this.expect('queue.declare-ok')
  }

  consume(queue: string, options: { consumerTag?: string; noAck?: boolean } = {}): this {
    const { consumerTag = 't', noAck = false } = options
    const flags = { ticket: 0, noLocal: false, exclusive: false, noWait: false }
    return this.send(1, 'basic.consume', {
      ...flags,
      queue,
      consumerTag,
      noAck,
      arguments: new Map(),
    })
  }

  #receive(chunk: Uint8Array): void {
    this.#parser.push(chunk)
    if (this.#isFirst && chunk[0] === 65) {
      this.#arrived({ name: 'protocol-header' })
      return
    }
    this.#isFirst = false
    for (let frame = this.#parser.next(); frame !== undefined; frame = this.#parser.next())
      this.#arrived(read(frame))
  }

  #arrived(received: Received): void {
    const waiting = this.#waiting.shift()
    if (waiting === undefined) this.#received.push(received)
    else waiting(received)
  }
}

function read({ type, channel, payload }: Frame): Received {
  const reader = new ByteReader(payload)
  if (type === frameType.heartbeat) return { name: 'heartbeat' }
  if (type === frameType.body)
    return { name: 'body', channel, text: new TextDecoder().decode(payload) }
  const [classId, second] = [reader.short(), reader.short()]
  if (type === frameType.header) return { name: 'header', channel, size: reader.longlong() }
  const name = methodNameOf(classId, second)
  if (name === undefined) throw new Error(`no method ${classId}/${second}`)
  return { ...readMethod(name, reader), channel }
}

export interface ConnectOptions {
  readonly isLoopback?: boolean
  /** Of the streams between client and broker. Default: that of Node, which varies between releases. */
  readonly highWaterMark?: number
}

export interface Bench extends AsyncDisposable {
  readonly broker: Broker
  readonly clock: ManualClock
  connect(options?: ConnectOptions): ScriptedClient
  /** A client of the stream protocol. */
  connectStream(options?: ConnectOptions): StreamClient
}

/** A broker that does not listen, with a clock that only moves when it is told to. */
export function testBench(options: BrokerOptions = {}): Bench {
  const clock = new ManualClock()
  const streams: Duplex[] = []
  const broker = new Broker(resolveOptions({ clock, ...options }))
  const connect = (protocol: Protocol, { highWaterMark, ...accept }: ConnectOptions): Duplex => {
    const [ours, theirs] = duplexPair(highWaterMark === undefined ? {} : { highWaterMark })
    // Unlike the ends of a socket, the ends of a pair do not notice that the other end is closed.
    ours.on('close', () => theirs.destroy())
    theirs.on('close', () => ours.destroy())
    broker.accept(theirs, { ...accept, protocol })
    streams.push(ours)
    return ours
  }
  return {
    broker,
    clock,
    connect: (client = {}) => new ScriptedClient(connect('amqp', client)),
    connectStream: (client = {}) => new StreamClient(connect('stream', client)),
    [Symbol.asyncDispose]() {
      // They would not answer connection.close.
      for (const stream of streams) stream.destroy()
      return broker.close()
    },
  }
}

/** Resolves when everything that was written has been read and answered. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
}
