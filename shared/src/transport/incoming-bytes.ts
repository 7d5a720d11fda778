import type { OnReadOpts, Socket } from 'node:net'

const bufferSize = 65_536

/** Takes bytes whose memory is used again as soon as it returns. */
type Receiver = (bytes: Buffer) => void

/** The receivers of sockets whose bytes do not go to their streams. */
const receivers = new WeakMap<Socket, Receiver>()

/**
 * The option for a socket that reads into the same memory again and again: by default, Node.js allocates 64 KiB
 * for each read. Sockets may share the memory, because what one of them has read is copied before another reads.
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

/** From now on, what the socket reads goes to the receiver instead of its stream. */
export function receiveBytes(socket: Socket, receive: Receiver): void {
  receivers.set(socket, receive)
}
