import { Socket } from 'node:net'

import type { ChannelModel } from 'amqplib'

/** Copying a larger piece costs more than passing it to the socket on its own. */
const largestCopied = 4096
const largestJoined = 65_536

/**
 * Sends all frames that are written in one turn of the event loop in one system call, and small ones
 * in one piece. amqplib makes a call for each message and each acknowledgement, which costs as much as
 * everything else it does.
 */
export function coalesceWrites(model: ChannelModel): void {
  const socket = socketOf(model)
  if (socket === undefined) return
  const write = socket.write.bind(socket)
  let small: Buffer[] = []
  let size = 0
  const writeSmall = (): boolean => {
    if (size === 0) return true
    const joined = Buffer.concat(small, size)
    small = []
    size = 0
    return write(joined)
  }
  const send = (): void => {
    writeSmall()
    socket.uncork()
  }
  Object.assign(socket, {
    write(frames: Buffer): boolean {
      if (socket.writableCorked === 0) {
        socket.cork()
        process.nextTick(send)
      }
      if (frames.length > largestCopied) {
        writeSmall()
        return write(frames)
      }
      small.push(frames)
      size += frames.length
      return size < largestJoined ? !socket.writableNeedDrain : writeSmall()
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
