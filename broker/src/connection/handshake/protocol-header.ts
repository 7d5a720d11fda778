import { protocolHeader } from '../../wire/frame.ts'

/** RabbitMQ's answer to a client that does not speak AMQP 0-9-1: the header of AMQP 1.0 with SASL. */
const refusal = Uint8Array.of(65, 77, 81, 80, 3, 1, 0, 0)

export type HeaderVerdict =
  | { readonly kind: 'wait' }
  | { readonly kind: 'accept'; readonly rest: Uint8Array }
  | { readonly kind: 'refuse'; readonly answer: Uint8Array; readonly reason: string }

const length = 8

/** Reads the first eight bytes of a client, which may arrive in several chunks. */
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
    const answer = isAmqp && isNearby(bytes) ? protocolHeader : refusal
    return { kind: 'refuse', answer, reason: reasonFor(bytes) }
  }
}

/** The header of 0-9-1, and that of 0-9: its clients work, too. */
function isSupported([, , , , a, b, c, d]: Uint8Array): boolean {
  return (a === 0 && b === 0 && c === 9 && d === 1) || (a === 1 && b === 1 && c === 0 && d === 9)
}

/** Clients of later versions, and of AMQP 1.0, are told the supported version. */
function isNearby([, , , , a, b = 0, c = 0]: Uint8Array): boolean {
  return (a === 0 && b === 0 && c >= 9) || (a === 3 && b === 1 && c === 0)
}

/** A client for amqps starts with a record of type 22, a handshake. */
function reasonFor([first]: Uint8Array): string {
  return first === 22
    ? 'the client speaks TLS, and this port is for amqp'
    : 'the client does not speak AMQP 0-9-1'
}
