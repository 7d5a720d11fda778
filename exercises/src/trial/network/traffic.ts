import { FrameReader, type Method } from './frames.ts'

/** What has passed between the programs and the broker. */
export class Traffic {
  readonly #lines = new Set<Line>()
  /** The bodies of all published messages, in order. */
  readonly published: string[] = []
  /** The bodies of all delivered messages, in order. */
  readonly delivered: string[] = []
  /** The bodies of all messages that were rejected and not requeued, in order. */
  readonly rejected: string[] = []
  /** How many consumers the broker has accepted. */
  consumers = 0
  /** Called for each publish, before it reaches the broker. */
  onPublish: () => void = () => {}
  /** How many acks for published messages have reached the programs. */
  confirmed = 0
  /** How many nacks for published messages have reached the programs. */
  refused = 0

  /** Starts tracking a new connection. */
  line(): Line {
    const line = new Line(this)
    this.#lines.add(line)
    return line
  }

  /** Forgets a closed connection: the broker requeues its unacknowledged messages. */
  lost(line: Line): void {
    this.#lines.delete(line)
  }

  /** The bodies of all unacknowledged messages, in the order of delivery. */
  get unacked(): readonly string[] {
    return [...this.#lines].flatMap((line) => [...line.unacked.values()])
  }

  /** Whether a program waits for a reply or a confirm of the broker. */
  get waitsForBroker(): boolean {
    return [...this.#lines].some((line) => line.waitsForBroker)
  }

  /** How many published messages are not yet confirmed, from the point of view of the programs. */
  get unconfirmed(): number {
    return [...this.#lines].reduce((sum, line) => sum + line.unconfirmed.size, 0)
  }
}

/** One connection. The keys of its maps are a channel and a tag, such as `1:7`. */
class Line {
  readonly toBroker = new FrameReader((method) => {
    this.#fromClient(method)
  })
  readonly toClient = new FrameReader((method) => {
    this.#fromBroker(method)
  })
  readonly unacked = new Map<string, string>()
  readonly unconfirmed = new Map<string, string>()
  readonly #traffic: Traffic
  readonly #autoAck = new Set<number>()
  /** Channels on which the client waits for a reply; first of all for the broker's greeting. */
  readonly #awaitsReply = new Set([0])
  readonly #published = new Map<number, number>()

  constructor(traffic: Traffic) {
    this.#traffic = traffic
  }

  /** Whether the client waits for the broker, for a reply or for a confirm. */
  get waitsForBroker(): boolean {
    return this.#awaitsReply.size > 0 || this.unconfirmed.size > 0
  }

  #fromClient(method: Method): void {
    const { channel, name, fields, text } = method
    if (awaitsReply.has(name)) this.#awaitsReply.add(channel)
    if (name === 'basic.consume' && isAutoAck(fields)) this.#autoAck.add(channel)
    if (name === 'basic.ack' || name === 'basic.nack' || name === 'basic.reject')
      this.#settled(method)
    if (name !== 'basic.publish') return
    const tag = (this.#published.get(channel) ?? 0) + 1
    this.#published.set(channel, tag)
    this.unconfirmed.set(`${channel}:${tag}`, text)
    this.#traffic.published.push(text)
    this.#traffic.onPublish()
  }

  #settled(method: Method): void {
    for (const key of settledBy(method, this.unacked)) {
      if (isRejection(method)) this.#traffic.rejected.push(this.unacked.get(key) ?? '')
      this.unacked.delete(key)
    }
  }

  #fromBroker(method: Method): void {
    const { channel, name, fields, text } = method
    if (!unsolicited.has(name)) this.#awaitsReply.delete(channel)
    if (name === 'basic.consume-ok') this.#traffic.consumers += 1
    if (name === 'basic.deliver' || name === 'basic.get-ok') {
      this.#traffic.delivered.push(text)
      // basic.deliver starts with the consumer tag, a string with a length byte.
      const tagAt = name === 'basic.deliver' ? 1 + fields.readUInt8(0) : 0
      const tag = fields.readBigUInt64BE(tagAt)
      if (!this.#autoAck.has(channel)) this.unacked.set(`${channel}:${tag}`, text)
    }
    if (name !== 'basic.ack' && name !== 'basic.nack') return
    for (const key of settledBy(method, this.unconfirmed)) {
      this.unconfirmed.delete(key)
      if (name === 'basic.ack') this.#traffic.confirmed += 1
      else this.#traffic.refused += 1
    }
  }
}

export type { Line }

/** What a client sends and then waits for the reply of the broker. */
const awaitsReply = new Set([
  'connection.start-ok',
  'connection.open',
  'channel.open',
  'channel.close',
  'exchange.declare',
  'exchange.bind',
  'queue.declare',
  'queue.bind',
  'basic.qos',
  'basic.consume',
  'basic.cancel',
  'basic.get',
  'confirm.select',
])

/** What a broker sends that is not such a reply. */
const unsolicited = new Set(['basic.deliver', 'basic.return', 'basic.ack', 'basic.nack'])

/** The keys that an ack, nack or reject settles: one, or with "multiple" all up to that tag. */
function settledBy(
  { channel, name, fields }: Method,
  open: ReadonlyMap<string, string>,
): readonly string[] {
  const tag = fields.readBigUInt64BE(0)
  const multiple = name !== 'basic.reject' && (fields.readUInt8(8) & 1) === 1
  if (!multiple) return [`${channel}:${tag}`].filter((key) => open.has(key))
  return [...open.keys()].filter((key) => {
    const [its, number = '0'] = key.split(':')
    return Number(its) === channel && (tag === 0n || BigInt(number) <= tag)
  })
}

/** Whether the broker drops or dead-letters the message. The bits follow the delivery tag. */
function isRejection({ name, fields }: Method): boolean {
  if (name === 'basic.ack') return false
  const requeue = name === 'basic.reject' ? 1 : 2
  return (fields.readUInt8(8) & requeue) === 0
}

/** basic.consume: two reserved bytes, the queue, the consumer tag, and a byte of flags. */
function isAutoAck(fields: Buffer): boolean {
  const tagAt = 2 + 1 + fields.readUInt8(2)
  const bitsAt = tagAt + 1 + fields.readUInt8(tagAt)
  return (fields.readUInt8(bitsAt) & 2) !== 0
}
