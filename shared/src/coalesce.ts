import type { ChannelModel } from 'amqplib'

import { socketOf } from './socket.ts'

/**
 * Lets what is written in one go leave in one system call. amqplib makes one of each message and of
 * each acknowledgement, and that costs about as much as all else that it does for them.
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
