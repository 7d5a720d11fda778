import type { Socket } from 'node:net'

import type { ChannelBuffer } from './internals.ts'

/** Copying more costs more than passing it to the socket on its own. */
export const largestCopied = 4096
const pieceSize = 65_536
/** Bytes. Node's own limit lets only one large message through in each turn of the event loop. */
const maxBuffered = 1_048_576
const bodyFrame = 3
const frameHeaderSize = 7
const frameEnd = 0xce

// Kept from the start, so that a test which fakes the timers of its process can still publish.
const { setImmediate: afterThisTurn } = globalThis

/** Memory for frames. It is used again when all of them are sent. */
interface Piece {
  readonly bytes: Buffer
  /** How many of its parts are on their way. */
  unsent: number
}

/**
 * Collects all frames that are written in one turn of the event loop for one system call, and small ones
 * in one piece. amqplib makes a call for each message and each acknowledgement, which costs as much as
 * everything else it does.
 */
export class WriteBatch {
  readonly #socket: Socket
  readonly #write: (bytes: Buffer, sent?: () => void) => boolean
  #piece = newPiece()
  /** What was written to the piece and not passed to the socket yet. */
  #start = 0
  #end = 0
  #spare: Piece | undefined
  /** Streams whose last write returned false. */
  readonly #awaitingDrain = new Set<ChannelBuffer>()

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#write = socket.write.bind(socket)
  }

  /** From now on, all that is written to the socket goes through the batch. */
  static of(socket: Socket): WriteBatch {
    const batch = new WriteBatch(socket)
    const end = socket.end.bind(socket)
    // amqplib passes nothing but bytes to `write`, and nothing to `end`.
    Object.assign(socket, {
      write: (bytes: Buffer): boolean => batch.write(bytes),
      end(): Socket {
        batch.#passOn()
        return end()
      },
    })
    socket.on('drain', () => {
      batch.#drained()
    })
    return batch
  }

  /** Lets a stream whose last write returned false emit `drain` when the socket has room again. */
  notifyOnDrain(channel: ChannelBuffer): void {
    this.#awaitingDrain.add(channel)
  }

  /** Returns false if the socket is full. Large bytes are not copied: they must not change before they are sent. */
  write(bytes: Buffer): boolean {
    this.#cork()
    if (bytes.length > largestCopied) {
      this.#passOn()
      this.#write(bytes)
    } else {
      this.#reserve(bytes.length)
      this.#end += bytes.copy(this.#piece.bytes, this.#end)
    }
    // Without needDrain, the socket would not emit `drain`.
    return this.#socket.writableLength < maxBuffered || !this.#socket.writableNeedDrain
  }

  /** Writes a part of a message's body, in a frame of its own. */
  writeBody(channel: number, body: Buffer): boolean {
    this.#cork()
    this.#reserve(frameHeaderSize)
    const { bytes } = this.#piece
    bytes[this.#end] = bodyFrame
    bytes.writeUInt16BE(channel, this.#end + 1)
    bytes.writeUInt32BE(body.length, this.#end + 3)
    this.#end += frameHeaderSize
    const accepts = this.write(body)
    this.#reserve(1)
    this.#piece.bytes[this.#end] = frameEnd
    this.#end += 1
    return accepts
  }

  #drained(): void {
    const channels = [...this.#awaitingDrain]
    this.#awaitingDrain.clear()
    for (const channel of channels) channel.emit('drain')
  }

  #cork(): void {
    if (this.#socket.writableCorked > 0) return
    this.#socket.cork()
    // When everything is handled that was read in this turn. Each read may cause a write.
    afterThisTurn(this.#send)
  }

  readonly #send = (): void => {
    this.#passOn()
    this.#socket.uncork()
  }

  #reserve(size: number): void {
    if (this.#end + size <= pieceSize) return
    this.#passOn()
    if (this.#piece.unsent > 0) {
      this.#piece = this.#spare ?? newPiece()
      this.#spare = undefined
    }
    this.#start = 0
    this.#end = 0
  }

  #passOn(): void {
    if (this.#start === this.#end) return
    const piece = this.#piece
    piece.unsent += 1
    this.#write(piece.bytes.subarray(this.#start, this.#end), () => {
      piece.unsent -= 1
      if (piece.unsent === 0 && piece !== this.#piece) this.#spare = piece
    })
    this.#start = this.#end
  }
}

function newPiece(): Piece {
  return { bytes: Buffer.allocUnsafeSlow(pieceSize), unsent: 0 }
}
