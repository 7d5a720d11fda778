import { Socket } from 'node:net'

import type { ChannelModel } from 'amqplib'

/**
 * Sends all frames that are written in one turn of the event loop in one system call. amqplib makes
 * one for each message and each acknowledgement, which costs as much as everything else it does.
 */
export function coalesceWrites(model: ChannelModel): void {
  const socket = socketOf(model)
  if (socket === undefined) return
  const write = socket.write.bind(socket)
  const uncork = (): void => {
    socket.uncork()
  }
  Object.assign(socket, {
    write(frames: Buffer): boolean {
      if (socket.writableCorked === 0) {
        socket.cork()
        process.nextTick(uncork)
      }
      return write(frames)
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
