// A broker that stores nothing: it parses frames, accepts every method and confirms every message. No
// broker can do less, so a client that publishes to it shows the client's own cost.
import { createServer, type Socket } from 'node:net'

const frameTypes = { method: 1, header: 2, body: 3 }
const protocolHeaderSize = 8
/** The size of a frame's type, channel and payload size. */
const frameHeaderSize = 7
/** The octet after the payload. */
const frameEnd = 0xce

/** The methods it answers, with the answers. It ignores all others. */
const answers = new Map([
  // start-ok: tune. 2,047 channels, frames of 128 KiB, no heartbeat.
  [idOf(10, 11), method(10, 30, [0x07, 0xff, 0, 2, 0, 0, 0, 0])],
  // connection.open and .close, channel.open and .close
  [idOf(10, 40), method(10, 41, [0])],
  [idOf(10, 50), method(10, 51)],
  [idOf(20, 10), method(20, 11, [0, 0, 0, 0])],
  [idOf(20, 40), method(20, 41)],
  // exchange.declare; queue.purge and .delete, with 0 messages; confirm.select
  [idOf(40, 10), method(40, 11)],
  [idOf(50, 30), method(50, 31, [0, 0, 0, 0])],
  [idOf(50, 40), method(50, 41, [0, 0, 0, 0])],
  [idOf(85, 10), method(85, 11)],
])
const queueDeclare = idOf(50, 10)

/** The state of a channel. */
interface Channel {
  /** The bytes of the current body that have not arrived yet. */
  remaining: number
  published: number
  confirmed: number
}

class Connection {
  readonly #socket: Socket
  readonly #channels = new Map<number, Channel>()
  #started = false
  /** The beginning of an incomplete frame. */
  #incomplete: Buffer = Buffer.alloc(0)

  constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    // A client that disconnects abruptly is not an error.
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      this.#incomplete = this.#read(
        this.#incomplete.length > 0 ? Buffer.concat([this.#incomplete, chunk]) : chunk,
      )
    })
  }

  /** Handles all complete frames, and returns the remaining bytes. */
  #read(data: Buffer): Buffer {
    let at = 0
    if (!this.#started) {
      if (data.length < protocolHeaderSize) return data
      this.#started = true
      at = protocolHeaderSize
      this.#send(0, connectionStart())
    }
    while (data.length >= at + frameHeaderSize) {
      const end = at + frameHeaderSize + data.readUInt32BE(at + 3)
      if (data.length <= end) break
      this.#handle(
        data.readUInt8(at),
        data.readUInt16BE(at + 1),
        data.subarray(at + frameHeaderSize, end),
      )
      at = end + 1
    }
    this.#confirm()
    return data.subarray(at)
  }

  #handle(type: number, number: number, payload: Buffer): void {
    if (type === frameTypes.method) this.#answer(number, payload)
    else if (type === frameTypes.header) {
      const channel = this.#channel(number)
      // The body size follows class and weight. It has eight bytes; the lower four are enough.
      channel.remaining = payload.readUInt32BE(8)
      if (channel.remaining === 0) channel.published += 1
    } else if (type === frameTypes.body) {
      const channel = this.#channel(number)
      channel.remaining -= payload.length
      if (channel.remaining === 0) channel.published += 1
    }
  }

  #channel(number: number): Channel {
    let channel = this.#channels.get(number)
    if (channel === undefined) {
      channel = { remaining: 0, published: 0, confirmed: 0 }
      this.#channels.set(number, channel)
    }
    return channel
  }

  #answer(channel: number, payload: Buffer): void {
    const id = payload.readUInt32BE(0)
    if (id === queueDeclare) this.#send(channel, queueDeclared(payload))
    const answer = answers.get(id)
    if (answer !== undefined) this.#send(channel, answer)
  }

  /** Confirms all messages of a chunk at once. A channel without confirms ignores it. */
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
    const frame = Buffer.alloc(frameHeaderSize + payload.length + 1, frameEnd)
    frame.writeUInt8(frameTypes.method, 0)
    frame.writeUInt16BE(channel, 1)
    frame.writeUInt32BE(payload.length, 3)
    payload.copy(frame, frameHeaderSize)
    this.#socket.write(frame)
  }
}

function idOf(classId: number, methodId: number): number {
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

/** Answers with the requested name, which follows class, method and a reserved short, and with 0 and 0. */
function queueDeclared(declare: Buffer): Buffer {
  const name = declare.subarray(6, 7 + declare.readUInt8(6))
  return method(50, 11, [...name, 0, 0, 0, 0, 0, 0, 0, 0])
}

const server = createServer((socket) => {
  // oxlint-disable-next-line no-new -- it exists as long as its socket
  new Connection(socket)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  process.stdout.write(`Listening on amqp://guest:guest@127.0.0.1:${address.port}\n`)
})
