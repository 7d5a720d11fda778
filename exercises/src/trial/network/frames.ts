/** The methods of AMQP 0-9-1 that we look at, by the ids of their class and method. */
const names: Readonly<Record<string, string>> = {
  '10.11': 'connection.start-ok',
  '10.40': 'connection.open',
  '20.10': 'channel.open',
  '20.40': 'channel.close',
  '40.10': 'exchange.declare',
  '40.30': 'exchange.bind',
  '50.10': 'queue.declare',
  '50.20': 'queue.bind',
  '60.10': 'basic.qos',
  '60.20': 'basic.consume',
  '60.21': 'basic.consume-ok',
  '60.30': 'basic.cancel',
  '60.40': 'basic.publish',
  '60.50': 'basic.return',
  '60.60': 'basic.deliver',
  '60.70': 'basic.get',
  '60.71': 'basic.get-ok',
  '60.80': 'basic.ack',
  '60.90': 'basic.reject',
  '60.120': 'basic.nack',
  '85.10': 'confirm.select',
}

const withContent = new Set(['basic.publish', 'basic.return', 'basic.deliver', 'basic.get-ok'])

/** A method, with the message that belongs to it. */
export interface Method {
  readonly channel: number
  /** Its name, or empty if we do not look at it. */
  readonly name: string
  readonly fields: Buffer
  /** The body of its message, if it has one. */
  readonly text: string
}

/** Reads the frames of one direction of an AMQP connection. */
export class FrameReader {
  readonly #onMethod: (method: Method) => void
  readonly #open = new Map<number, { head: Method; size: number; body: Buffer[] }>()
  #rest: Buffer = Buffer.alloc(0)

  constructor(onMethod: (method: Method) => void) {
    this.#onMethod = onMethod
  }

  feed(chunk: Buffer): void {
    let buffer = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    // A client first sends the protocol header, which is not a frame.
    if (buffer.length >= 8 && buffer.subarray(0, 4).toString() === 'AMQP')
      buffer = buffer.subarray(8)
    while (buffer.length >= 8) {
      const end = 7 + buffer.readUInt32BE(3) + 1
      if (buffer.length < end) break
      this.#frame(buffer.readUInt8(0), buffer.readUInt16BE(1), buffer.subarray(7, end - 1))
      buffer = buffer.subarray(end)
    }
    this.#rest = buffer
  }

  #frame(type: number, channel: number, payload: Buffer): void {
    if (type === 1) this.#method(channel, payload)
    const open = this.#open.get(channel)
    if (open === undefined) return
    if (type === 2) open.size = Number(payload.readBigUInt64BE(4))
    if (type === 3) open.body.push(payload)
    const body = Buffer.concat(open.body)
    if (type === 1 || body.length < open.size) return
    this.#open.delete(channel)
    this.#onMethod({ ...open.head, text: body.toString() })
  }

  #method(channel: number, payload: Buffer): void {
    const name = names[`${payload.readUInt16BE(0)}.${payload.readUInt16BE(2)}`] ?? ''
    const head = { channel, name, fields: payload.subarray(4), text: '' }
    if (withContent.has(name)) this.#open.set(channel, { head, size: 0, body: [] })
    else this.#onMethod(head)
  }
}
