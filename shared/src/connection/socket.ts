import { Socket } from 'node:net'
import type { Writable } from 'node:stream'

import type { ChannelModel } from 'amqplib'

/** Copying more costs more than passing it to the socket on its own. */
const largestCopied = 4096
const pieceSize = 65_536

/**
 * Sends all frames that are written in one turn of the event loop in one system call, and small ones
 * in one piece. amqplib makes a call for each message and each acknowledgement, which costs as much as
 * everything else it does.
 */
export function coalesceWrites(model: ChannelModel): void {
  const socket = socketOf(model)
  if (socket === undefined) return
  const write = socket.write.bind(socket)
  const end = socket.end.bind(socket)
  let piece: Buffer = Buffer.allocUnsafeSlow(pieceSize)
  let size = 0
  /** A piece that was sent, for the next frames. */
  let spare: Buffer | undefined
  const writePiece = (): void => {
    if (size === 0) return
    const sent = piece
    write(sent.subarray(0, size), () => {
      spare = sent
    })
    piece = spare ?? Buffer.allocUnsafeSlow(pieceSize)
    spare = undefined
    size = 0
  }
  const send = (): void => {
    writePiece()
    socket.uncork()
  }
  Object.assign(socket, {
    write(frames: Buffer): boolean {
      if (socket.writableCorked === 0) {
        socket.cork()
        process.nextTick(send)
      }
      const isLarge = frames.length > largestCopied
      if (isLarge || size + frames.length > pieceSize) writePiece()
      if (isLarge) return write(frames)
      size += frames.copy(piece, size)
      return !socket.writableNeedDrain
    },
    end(): Socket {
      writePiece()
      return end()
    },
  })
  writeDirectly(model, socket)
}

/**
 * Lets channels write to the socket. In amqplib each channel writes to a stream of its own, and a
 * multiplexer reads from these streams a turn later.
 */
function writeDirectly({ connection }: ChannelModel, socket: Socket): void {
  if (!('muxer' in connection) || !(connection.muxer instanceof Object)) return
  const waiting = new Set<Writable>()
  socket.on('drain', () => {
    const channels = [...waiting]
    waiting.clear()
    for (const channel of channels) channel.emit('drain')
  })
  Object.assign(connection.muxer, {
    pipeFrom(channel: Writable) {
      Object.assign(channel, {
        write(frames: Buffer): boolean {
          const accepts = socket.write(frames)
          if (!accepts) waiting.add(channel)
          return accepts
        },
      })
    },
  })
}

/** Drops a connection whose broker does not answer: amqplib itself can only ask it to close. */
export function destroySocket(model: ChannelModel | undefined, reason?: Error): void {
  if (model !== undefined) socketOf(model)?.destroy(reason)
}

/** amqplib's socket, which is not part of its API. */
function socketOf(model: ChannelModel): Socket | undefined {
  const connection: object = model.connection
  return 'stream' in connection && connection.stream instanceof Socket
    ? connection.stream
    : undefined
}
