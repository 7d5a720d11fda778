import { IllegalOperationError, type Channel, type ChannelModel, type Message } from 'amqplib'

import type { Settlement } from './delivery.ts'
import { within } from './within.ts'

/** Runs `work` on a channel of its own: when the broker refuses it, no other channel suffers. */
export async function onChannel<T>(
  model: ChannelModel,
  work: (channel: Channel) => Promise<T>,
): Promise<T> {
  const channel = await model.createChannel()
  // The refused operation rejects with the same reason.
  channel.on('error', () => {})
  try {
    return await work(channel)
  } finally {
    await closeQuietly(channel)
  }
}

/**
 * Closes a channel that may be closed already, by the broker or with its connection, and leaves one
 * whose broker does not answer.
 */
export async function closeQuietly(channel: Channel | undefined, timeout = 5000): Promise<void> {
  if (channel === undefined) return
  // amqplib's close never ends when the connection is lost meanwhile; the event comes anyway.
  const closed = new Promise<void>((resolve) => {
    channel.once('close', resolve)
  })
  try {
    await within(timeout, Promise.race([closed, channel.close()]))
  } catch {
    // It is closed, which is all that was wanted.
  }
}

/** Says to the broker what became of a message; false when the channel is closed or closing. */
export function settleOn(
  channel: Channel,
  message: Message,
  { how, requeue }: { readonly how: Settlement; readonly requeue: boolean },
): boolean {
  try {
    if (how === 'ack') channel.ack(message)
    else if (how === 'nack') channel.nack(message, false, requeue)
    else channel.reject(message, requeue)
    return true
  } catch (error) {
    if (error instanceof IllegalOperationError) return false
    throw error
  }
}
