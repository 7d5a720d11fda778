/** The ids of the methods in AMQP's class "basic" that we look at. */
export const Basic = {
  consume: 20,
  consumeOk: 21,
  publish: 40,
  return: 50,
  deliver: 60,
  getOk: 71,
  ack: 80,
  reject: 90,
  nack: 120,
} as const

/** A method of the class "basic". */
export interface Method {
  readonly channel: number
  readonly id: number
  readonly fields: Buffer
  /** The body of its message, if it has one. */
  readonly text: string
}

const basicClass = 60
const withContent: ReadonlySet<number> = new Set([
  Basic.publish,
  Basic.return,
  Basic.deliver,
  Basic.getOk,
])

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
    if (payload.readUInt16BE(0) !== basicClass) return
    const id = payload.readUInt16BE(2)
    const head = { channel, id, fields: payload.subarray(4), text: '' }
    if (withContent.has(id)) this.#open.set(channel, { head, size: 0, body: [] })
    else this.#onMethod(head)
  }
}
