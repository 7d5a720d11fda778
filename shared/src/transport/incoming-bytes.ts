import type { OnReadOpts, Socket } from 'node:net'

const bufferSize = 65_536

/** Takes bytes whose memory is used again as soon as it returns. */
type Receiver = (bytes: Buffer) => void

/** Who gets the bytes of a socket, instead of its stream. */
const receivers = new WeakMap<Socket, Receiver>()

/**
 * The option for a socket that reads into the same memory again and again. Node.js otherwise allocates 64 KiB
 * for each read.
 */
export function readIntoOneBuffer(): { onread: OnReadOpts } {
  return { onread: { buffer: Buffer.allocUnsafeSlow(bufferSize), callback: passOn } }
}

function passOn(this: Socket, size: number, buffer: Uint8Array): boolean {
  const bytes = Buffer.from(buffer.buffer, buffer.byteOffset, size)
  const receive = receivers.get(this)
  if (receive === undefined) return this.push(Buffer.from(bytes))
  receive(bytes)
  return true
}

/** From now on, what the socket reads goes to the receiver, and not to its stream. */
export function receiveBytes(socket: Socket, receive: Receiver): void {
  receivers.set(socket, receive)
}
