import { encodeFrame, type Fields } from '../../contract/support/codec.ts'
import type { Peer } from '../../contract/support/peer.ts'

/** A message that any client could send. Its header is raw bytes, because no library would encode it. */
export interface HostileMessage {
  readonly name: string
  readonly flags: number
  /** The properties that the flags declare, in order. */
  readonly properties: Buffer
  readonly body: Buffer
}

const flag = {
  contentType: 1 << 15,
  contentEncoding: 1 << 14,
  headers: 1 << 13,
  deliveryMode: 1 << 12,
  priority: 1 << 11,
  correlationId: 1 << 10,
  replyTo: 1 << 9,
  messageId: 1 << 7,
  timestamp: 1 << 6,
  type: 1 << 5,
}

/** The largest negotiated payload: the frame size without the eight bytes around the payload. */
const frameSize = 131_072 - 8
/** The largest message that RabbitMQ 4 accepts. */
export const largestBody = 16 * 1024 * 1024

function shortstr(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from([bytes.length]), bytes])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function longstr(bytes: Buffer): Buffer {
  return Buffer.concat([uint32(bytes.length), bytes])
}

/** A field of a table: its key, type and value. */
function field(key: string, type: string, value: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([shortstr(key), Buffer.from(type), value])
}

function table(...fields: Buffer[]): Buffer {
  return longstr(Buffer.concat(fields))
}

/** Nested arrays, five bytes per level. */
function nestedArrays(depth: number): Buffer {
  const bytes = Buffer.alloc(depth * 5)
  for (let i = 0; i < depth; i++) {
    bytes.writeUInt32BE((depth - 1 - i) * 5, i * 5)
    if (i < depth - 1) bytes.write('A', i * 5 + 4)
  }
  return bytes.subarray(0, depth * 5 - 1)
}

function plain(name: string, body: string | Buffer): HostileMessage {
  return { name, flags: 0, properties: Buffer.alloc(0), body: Buffer.from(body) }
}

function typed(contentType: string, body: string | Buffer): HostileMessage {
  const properties = shortstr(contentType)
  const name = contentType.slice(0, 40)
  return { name, flags: flag.contentType, properties, body: Buffer.from(body) }
}

function withText(
  name: 'contentEncoding' | 'correlationId' | 'replyTo' | 'messageId' | 'type',
  text: string,
): HostileMessage {
  const flags = flag[name]
  return { name: `${name} ${text.slice(0, 40)}`, flags, properties: shortstr(text), body: text30 }
}

function withHeaders(name: string, headers: Buffer): HostileMessage {
  return { name: `headers: ${name}`, flags: flag.headers, properties: headers, body: text30 }
}

const text30 = Buffer.from('30')
const ones = Buffer.alloc(8, 0xff)

/** One message of each kind; `n` makes them different. */
function kinds(n: number): HostileMessage[] {
  const json = 'application/json'
  return [
    typed(json, '{"broken": '),
    typed(json, ''),
    typed(json, Buffer.from([0x22, 0xff, 0xfe, 0x22])),
    typed(json, '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": 1}}}'),
    typed(json, '['.repeat(n * 1000) + ']'.repeat(n * 1000)),
    typed(json, '{"a":'.repeat(n * 500)),
    typed(json, '1e999999'),
    typed('text/plain; charset=utf-16', Buffer.from([0xc3, 0x28, 0xa0, 0xa1, n])),
    typed('image/png', Buffer.alloc(1000, n)),
    typed('x'.repeat(255), 'x'),
    typed('\u0000\u001b[2J', '\u001b]0;owned\u0007\u001b[2J'),
    plain('no type', Buffer.from([0, n, 0xff])),
    plain('empty', ''),
    plain('lines', 'one\nreceived\n\r\ntwo done\n'),
    plain('dots', '.'.repeat(n * 100)),
    plain('a number for fib', '9'.repeat(n * 10)),
    withText('contentEncoding', 'gzip'),
    withText('correlationId', '\u001b[31m'.repeat(n)),
    withText('replyTo', ''),
    withText('replyTo', 'x'.repeat(255)),
    withText('replyTo', 'amq.rabbitmq.reply-to.g1h2AA5yZXBseUAxMDk5OTkAAAo='),
    withText('replyTo', `amq.rabbitmq.reply-to.${n}`),
    withText('messageId', '__proto__'),
    withText('type', '\n'.repeat(n)),
    { name: 'timestamp', flags: flag.timestamp, properties: ones, body: text30 },
    { name: 'priority', flags: flag.priority, properties: Buffer.from([255]), body: text30 },
    { name: 'delivery mode', flags: flag.deliveryMode, properties: Buffer.from([n]), body: text30 },
    withHeaders(
      '__proto__',
      table(field('__proto__', 'F', table(field('settled', 't', ones.subarray(0, 1))))),
    ),
    withHeaders('x-error', table(field('x-error', 'F', table()))),
    withHeaders('x-death', table(field('x-death', 'S', longstr(text30)))),
    withHeaders('x-delivery-count', table(field('x-delivery-count', 'l', ones))),
    withHeaders('twice', table(field('k', 'V'), field('k', 'l', ones))),
    withHeaders(
      'all types',
      table(
        ...['T', 'l'].map((type) => field(type, type, ones)),
        ...['I', 'i'].map((type) => field(type, type, ones.subarray(0, 4))),
        // RabbitMQ closes the connection of a client that sends a NaN.
        field('d', 'd', Buffer.alloc(8, 0x7e)),
        field('f', 'f', Buffer.alloc(4, 0x7e)),
        ...['s', 'u'].map((type) => field(type, type, ones.subarray(0, 2))),
        ...['t', 'b', 'B'].map((type) => field(type, type, ones.subarray(0, 1))),
        field('D', 'D', ones.subarray(0, 5)),
        field('x', 'x', longstr(ones)),
        field('S', 'S', longstr(ones)),
        field('', 'V'),
      ),
    ),
    withHeaders('a long key', table(field('k'.repeat(255), 'S', longstr(Buffer.alloc(n))))),
    withHeaders(
      'many',
      table(...Array.from({ length: n * 50 }, (_, i) => field(`k${i}`, 'l', ones))),
    ),
  ]
}

/** The large messages. */
function giants(): HostileMessage[] {
  return [
    plain('the largest body', Buffer.alloc(largestBody, 'a')),
    typed('application/json', Buffer.alloc(1024 * 1024, '[')),
    withHeaders('60 KB', table(field('k', 'S', longstr(Buffer.alloc(60_000, 'h'))))),
    withHeaders('120 KB', table(field('k', 'S', longstr(Buffer.alloc(120_000, 'h'))))),
    withHeaders('nested', table(field('k', 'A', nestedArrays(20)))),
  ]
}

/** RabbitMQ accepts this message, but amqplib cannot decode it and closes its connection. */
export const unreadable = withHeaders(
  'nested 20,000 deep',
  table(field('k', 'A', nestedArrays(20_000))),
)

/** A body that is easy to recognize. */
export function harmless(body: string): HostileMessage {
  return plain(body, body)
}

/** Returns `count` hostile messages, including the large ones. */
export function hostileMessages(count: number): HostileMessage[] {
  const messages: HostileMessage[] = []
  for (let n = 1; messages.length < count; n++) messages.push(...kinds(n))
  const large = giants()
  messages.splice(count - large.length, messages.length, ...large)
  return messages
}

/** Publishes messages exactly as given, on channel 1 in confirm mode. */
export class RawPublisher {
  readonly #peer: Peer
  readonly #to: Fields
  #sent = 0

  constructor(peer: Peer, to: Fields) {
    this.#peer = peer
    this.#to = to
  }

  /** Sends all messages without waiting in between. Resolves when the broker has confirmed them. */
  async send(...messages: readonly HostileMessage[]): Promise<void> {
    const unconfirmed = new Map(messages.map(({ name }) => [++this.#sent, name]))
    for (const message of messages) this.#write(message)
    while (unconfirmed.size > 0) {
      const frame = await this.#peer.next()
      if (frame.kind !== 'method' || frame.name !== 'BasicAck') {
        const [name] = unconfirmed.values()
        throw new Error(`"${name}" or a later message got ${JSON.stringify(frame)}`)
      }
      const { deliveryTag, multiple } = frame.fields as { deliveryTag: number; multiple: boolean }
      for (const tag of unconfirmed.keys())
        if (tag === deliveryTag || (multiple && tag < deliveryTag)) unconfirmed.delete(tag)
    }
  }

  #write({ flags, properties, body }: HostileMessage): void {
    const header = Buffer.alloc(14)
    header.writeUInt16BE(60, 0)
    header.writeBigUInt64BE(BigInt(body.length), 4)
    header.writeUInt16BE(flags, 12)
    this.#peer.send(1, 'BasicPublish', this.#to)
    this.#peer.write(encodeFrame({ type: 2 }, 1, Buffer.concat([header, properties])))
    for (let at = 0; at < body.length; at += frameSize)
      this.#peer.write(encodeFrame({ type: 3 }, 1, body.subarray(at, at + frameSize)))
  }
}
