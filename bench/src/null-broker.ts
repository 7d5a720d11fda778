// A broker that keeps nothing: it takes frames apart, agrees to everything and confirms what is
// published. No broker can do less for a client, so beside it is seen what the client itself costs.
import { createServer, type Socket } from 'node:net'

const frameTypes = { method: 1, header: 2, body: 3 }
const protocolHeaderSize = 8
/** What a frame has before its payload, type, channel and size, and the byte after it. */
const frameHead = 7
const frameEnd = 0xce

/** What is asked, what it answers, and with which arguments. Of anything else it takes no notice. */
const answers = new Map([
  // start-ok: tune. 2,047 channels, frames of 128 KiB, no heartbeat.
  [id(10, 11), method(10, 30, [0x07, 0xff, 0, 2, 0, 0, 0, 0])],
  // connection.open and .close, channel.open and .close
  [id(10, 40), method(10, 41, [0])],
  [id(10, 50), method(10, 51)],
  [id(20, 10), method(20, 11, [0, 0, 0, 0])],
  [id(20, 40), method(20, 41)],
  // exchange.declare, queue.purge and .delete, of no messages; confirm.select
  [id(40, 10), method(40, 11)],
  [id(50, 30), method(50, 31, [0, 0, 0, 0])],
  [id(50, 40), method(50, 41, [0, 0, 0, 0])],
  [id(85, 10), method(85, 11)],
])
const queueDeclare = id(50, 10)

/** What is under way on a channel. */
interface Channel {
  /** Bytes of the body that are still to come. */
  missing: number
  published: number
  confirmed: number
}

class Connection {
  readonly #socket: Socket
  readonly #channels = new Map<number, Channel>()
  #started = false
  /** The beginning of a frame whose end has not come yet. */
  #rest: Buffer = Buffer.alloc(0)

  constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    // A client that goes away without a word is none of its business.
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      this.#rest = this.#read(this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk)
    })
  }

  /** Takes all whole frames; returns what is left. */
  #read(data: Buffer): Buffer {
    let at = 0
    if (!this.#started) {
      if (data.length < protocolHeaderSize) return data
      this.#started = true
      at = protocolHeaderSize
      this.#send(0, connectionStart())
    }
    while (data.length >= at + frameHead) {
      const end = at + frameHead + data.readUInt32BE(at + 3)
      if (data.length <= end) break
      this.#take(data.readUInt8(at), data.readUInt16BE(at + 1), data.subarray(at + frameHead, end))
      at = end + 1
    }
    this.#confirm()
    return data.subarray(at)
  }

  #take(type: number, number: number, payload: Buffer): void {
    if (type === frameTypes.method) this.#answer(number, payload)
    else if (type === frameTypes.header) {
      const channel = this.#channel(number)
      // The size is a number of eight bytes, after class and weight; the lower four will do.
      channel.missing = payload.readUInt32BE(8)
      if (channel.missing === 0) channel.published += 1
    } else if (type === frameTypes.body) {
      const channel = this.#channel(number)
      channel.missing -= payload.length
      if (channel.missing === 0) channel.published += 1
    }
  }

  #channel(number: number): Channel {
    let channel = this.#channels.get(number)
    if (channel === undefined) {
      channel = { missing: 0, published: 0, confirmed: 0 }
      this.#channels.set(number, channel)
    }
    return channel
  }

  #answer(channel: number, payload: Buffer): void {
    const asked = payload.readUInt32BE(0)
    if (asked === queueDeclare) this.#send(channel, queueDeclared(payload))
    const answer = answers.get(asked)
    if (answer !== undefined) this.#send(channel, answer)
  }

  /** One confirm for all that a chunk brought. A channel without confirms does not mind it. */
  #confirm(): void {
    for (const [number, channel] of this.#channels) {
      if (channel.published === channel.confirmed) continue
      channel.confirmed = channel.published
      const tagAndMultiple = Buffer.alloc(9, 1)
      tagAndMultiple.writeBigUInt64BE(BigInt(channel.published))
      this.#send(number, method(60, 80, tagAndMultiple))
    }
  }

  #send(channel: number, payload: Buffer): void {
    const frame = Buffer.alloc(frameHead + payload.length + 1, frameEnd)
    frame.writeUInt8(frameTypes.method, 0)
    frame.writeUInt16BE(channel, 1)
    frame.writeUInt32BE(payload.length, 3)
    payload.copy(frame, frameHead)
    this.#socket.write(frame)
  }
}

function id(classId: number, methodId: number): number {
  return (classId << 16) + methodId
}

function method(classId: number, methodId: number, rest: Iterable<number> = []): Buffer {
  return Buffer.from([0, classId, 0, methodId, ...rest])
}

/** Version 0-9, no properties, one mechanism, one locale. */
function connectionStart(): Buffer {
  return method(10, 10, [0, 9, 0, 0, 0, 0, ...longString('PLAIN'), ...longString('en_US')])
}

function longString(text: string): number[] {
  return [0, 0, 0, text.length, ...Buffer.from(text)]
}

/** The name that was asked for, after class, method and a reserved number; no messages, no consumers. */
function queueDeclared(declare: Buffer): Buffer {
  const name = declare.subarray(6, 7 + declare.readUInt8(6))
  return method(50, 11, [...name, 0, 0, 0, 0, 0, 0, 0, 0])
}

const server = createServer((socket) => {
  // oxlint-disable-next-line no-new -- it lives as long as its socket
  new Connection(socket)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('it has no port')
  process.stdout.write(`Listening on amqp://guest:guest@127.0.0.1:${address.port}\n`)
})
