import type { ChannelModel } from 'amqplib'

import { destroySocket } from '../transport/socket.ts'
import { fulfilledWithin } from './channel.ts'

/**
 * Closes a connection of amqplib, which may be lost meanwhile. A broker that does not answer is not
 * waited for longer than `timeout` milliseconds.
 */
export async function closeModel(model: ChannelModel, timeout = 5000): Promise<void> {
  // amqplib's close never ends when the connection is lost meanwhile; the event comes anyway.
  const closed = new Promise<void>((resolve) => {
    model.once('close', () => {
      resolve()
    })
  })
  try {
    await fulfilledWithin(timeout, Promise.race([closed, model.close()]))
  } catch {
    // It is closed, which is all that was wanted.
  }
  destroySocket(model)
}
