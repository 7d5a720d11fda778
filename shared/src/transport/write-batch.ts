import type { Socket } from 'node:net'
import type { Writable } from 'node:stream'

/** Copying more costs more than passing it to the socket on its own. */
const largestCopied = 4096
const pieceSize = 65_536
/** Bytes. Node's own limit is that of a single large message, of which each turn would send only one. */
const maxWaiting = 1_048_576
const bodyFrame = 3
const frameHeaderSize = 7
const frameEnd = 0xce

/**
 * Sends all frames that are written in one turn of the event loop in one system call, and small ones
 * in one piece. amqplib makes a call for each message and each acknowledgement, which costs as much as
 * everything else it does.
 */
export class WriteBatch {
  readonly #socket: Socket
  readonly #write: (bytes: Buffer, sent?: () => void) => boolean
  #piece: Buffer = Buffer.allocUnsafeSlow(pieceSize)
  #size = 0
  /** A piece that was sent, for the next frames. */
  #spare: Buffer | undefined

  /** Streams that were told that the socket is full. */
  readonly #waiting = new Set<Writable>()

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#write = socket.write.bind(socket)
  }

  /** From now on, all that is written to the socket goes through the batch. */
  static of(socket: Socket): WriteBatch {
    const batch = new WriteBatch(socket)
    const end = socket.end.bind(socket)
    Object.assign(socket, {
      write: (bytes: Buffer): boolean => batch.write(bytes),
      end(): Socket {
        batch.#writePiece()
        return end()
      },
    })
    socket.on('drain', () => {
      batch.#drained()
    })
    return batch
  }

  /** Lets a stream that was told that the socket is full emit `drain` when it no longer is. */
  emitDrain(channel: Writable): void {
    this.#waiting.add(channel)
  }

  /** Returns false if the socket is full. Large bytes are not copied: they must not change before they are sent. */
  write(bytes: Buffer): boolean {
    this.#cork()
    if (bytes.length > largestCopied) {
      this.#writePiece()
      this.#write(bytes)
      return this.#accepts
    }
    this.#reserve(bytes.length)
    this.#size += bytes.copy(this.#piece, this.#size)
    return this.#accepts
  }

  /** Writes a part of a message's body, in a frame of its own. */
  writeBody(channel: number, body: Buffer): boolean {
    this.#cork()
    this.#reserve(frameHeaderSize)
    const piece = this.#piece
    piece[this.#size] = bodyFrame
    piece.writeUInt16BE(channel, this.#size + 1)
    piece.writeUInt32BE(body.length, this.#size + 3)
    this.#size += frameHeaderSize
    const accepts = this.write(body)
    this.#reserve(1)
    this.#piece[this.#size] = frameEnd
    this.#size += 1
    return accepts
  }

  get #accepts(): boolean {
    return this.#socket.writableLength < maxWaiting
  }

  #drained(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const channel of waiting) channel.emit('drain')
  }

  #cork(): void {
    if (this.#socket.writableCorked > 0) return
    this.#socket.cork()
    process.nextTick(this.#send)
  }

  readonly #send = (): void => {
    this.#writePiece()
    this.#socket.uncork()
  }

  #reserve(size: number): void {
    if (this.#size + size > pieceSize) this.#writePiece()
  }

  #writePiece(): void {
    if (this.#size === 0) return
    const sent = this.#piece
    this.#write(sent.subarray(0, this.#size), () => {
      this.#spare = sent
    })
    this.#piece = this.#spare ?? Buffer.allocUnsafeSlow(pieceSize)
    this.#spare = undefined
    this.#size = 0
  }
}
