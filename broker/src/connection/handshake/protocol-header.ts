import { protocolHeader } from '../../wire/frame.ts'

/** What RabbitMQ says to who does not speak AMQP: the header of AMQP 1.0 with SASL. */
const refusal = Uint8Array.of(65, 77, 81, 80, 3, 1, 0, 0)

export type HeaderVerdict =
  | { readonly kind: 'wait' }
  | { readonly kind: 'accept'; readonly rest: Uint8Array }
  | { readonly kind: 'refuse'; readonly answer: Uint8Array }

const length = 8

/** Reads the eight bytes with which a client begins, in however many pieces they come. */
export class ProtocolHeader {
  #bytes: Uint8Array = new Uint8Array(0)

  push(chunk: Uint8Array): HeaderVerdict {
    const bytes = new Uint8Array(this.#bytes.length + chunk.length)
    bytes.set(this.#bytes)
    bytes.set(chunk, this.#bytes.length)
    this.#bytes = bytes
    if (bytes.length < length) return { kind: 'wait' }
    const isAmqp = protocolHeader.slice(0, 4).every((byte, at) => bytes[at] === byte)
    if (isAmqp && isSupported(bytes)) return { kind: 'accept', rest: bytes.subarray(length) }
    return { kind: 'refuse', answer: isAmqp && isNearby(bytes) ? protocolHeader : refusal }
  }
}

/** 0-9-1, and the header of 0-9, whose clients get along with it. */
function isSupported([, , , , a, b, c, d]: Uint8Array): boolean {
  return (a === 0 && b === 0 && c === 9 && d === 1) || (a === 1 && b === 1 && c === 0 && d === 9)
}

/** Another 0-9 or later is told which version would do; AMQP 1.0 is not part of this broker. */
function isNearby([, , , , a, b = 0, c = 0]: Uint8Array): boolean {
  return (a === 0 && b === 0 && c >= 9) || (a === 3 && b === 1 && c === 0)
}
