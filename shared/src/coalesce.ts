import { Socket } from 'node:net'

import type { ChannelModel } from 'amqplib'

/**
 * Lets what is written in one go leave in one system call. amqplib makes one of each message and of
 * each acknowledgement, and that costs about as much as all else that it does for them.
 */
export function coalesceWrites(model: ChannelModel): void {
  const connection: object = model.connection
  if ('stream' in connection && connection.stream instanceof Socket) collect(connection.stream)
}

function collect(socket: Socket): void {
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
