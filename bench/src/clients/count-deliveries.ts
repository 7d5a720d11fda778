// Consumes without decoding messages: amqplib decodes about 100,000 of them in a second, and a broker can
// deliver more.
import type { Socket } from 'node:net'

import { connect, type Channel } from 'amqplib'

import type { LoadRequest } from '../common/load.ts'
import { frame, frameTypes, headSize, socketOf } from './frames.ts'
import type { Stopwatch } from './run-client.ts'

/** The class and the number of a method. */
const methods = { deliver: 0x3c_003c, ack: 0x3c_0050 }
const multiple = 1

/** The queues to consume from, and the arguments of consumers. */
interface Source {
  readonly queues: readonly string[]
  readonly arguments: Readonly<Record<string, unknown>>
}

/** Lets amqplib connect and subscribe, and then only counts what arrives. */
export async function countDeliveries(
  url: string,
  source: Source,
  { request, stopwatch }: { readonly request: LoadRequest; readonly stopwatch: Stopwatch },
): Promise<undefined> {
  const model = await connect(url, { noDelay: true })
  // The connection ends without a handshake.
  model.on('error', () => {})
  const channels: Channel[] = []
  for (const _ of source.queues) {
    const channel = await model.createChannel()
    await channel.prefetch(request.prefetch)
    channels.push(channel)
  }
  const socket = socketOf(model)
  // amqplib must not see what we count.
  socket.removeAllListeners('readable')
  stopwatch.start()
  const counted = new Counter(socket, request).countOn(channels.length)
  for (const [at, queue] of source.queues.entries())
    // The reply is not for amqplib either.
    channels[at]?.consume(queue, () => {}, { arguments: source.arguments }).catch(() => {})
  await counted
  stopwatch.stop()
  // The broker has read the last acks when it closes the socket. RabbitMQ does so with a reset, which is an error.
  socket.end()
  await new Promise((resolve) => socket.resume().once('close', resolve))
  return undefined
}

class Counter {
  readonly #socket: Socket
  readonly #request: LoadRequest
  /** By channel. The delivery tags of a channel are 1, 2, 3 and so on. */
  readonly #counts = new Map<number, number>()
  /** The beginning of a frame whose end has not arrived yet. */
  #rest: Buffer = Buffer.alloc(0)

  constructor(socket: Socket, request: LoadRequest) {
    this.#socket = socket
    this.#request = request
  }

  async countOn(channels: number): Promise<void> {
    let missing = this.#request.count * channels
    for await (const chunk of this.#socket.iterator({ destroyOnReturn: false })) {
      missing -= this.#count(chunk)
      if (missing === 0) return
    }
    throw new Error(`the connection was closed, ${missing} messages are missing`)
  }

  /** Returns how many of the frames are deliveries. */
  #count(chunk: Buffer): number {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let [at, count] = [0, 0]
    while (at + headSize <= bytes.length) {
      const end = at + headSize + bytes.readUInt32BE(at + 3) + 1
      if (end > bytes.length) break
      const isMethod = bytes[at] === frameTypes.method
      if (isMethod && bytes.readUInt32BE(at + headSize) === methods.deliver) {
        count += 1
        this.#delivered(bytes.readUInt16BE(at + 1))
      }
      at = end
    }
    this.#rest = bytes.subarray(at)
    return count
  }

  /** Acknowledges half a prefetch at a time. */
  #delivered(channel: number): void {
    const { count, prefetch } = this.#request
    const tag = (this.#counts.get(channel) ?? 0) + 1
    this.#counts.set(channel, tag)
    if (tag % Math.ceil(prefetch / 2) !== 0 && tag !== count) return
    const ack = Buffer.alloc(13)
    ack.writeUInt32BE(methods.ack)
    ack.writeBigUInt64BE(BigInt(tag), 4)
    ack.writeUInt8(multiple, 12)
    this.#socket.write(frame(frameTypes.method, channel, ack))
  }
}
