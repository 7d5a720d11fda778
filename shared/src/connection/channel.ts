import type { Channel, ChannelModel } from 'amqplib'

/** Runs `work` on a channel of its own: when the broker refuses it, no other channel is closed. */
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
 * Closes a channel, which the broker or the loss of its connection may have closed already. A broker
 * that does not answer is not waited for longer than `timeout` milliseconds.
 */
export async function closeQuietly(channel: Channel | undefined, timeout = 5000): Promise<void> {
  if (channel === undefined) return
  // amqplib's close never ends when the connection is lost meanwhile; the event comes anyway.
  const closed = new Promise<void>((resolve) => {
    channel.once('close', resolve)
  })
  try {
    await fulfilledWithin(timeout, Promise.race([closed, channel.close()]))
  } catch {
    // It is closed, which is all that was wanted.
  }
}

/** Whether the promise is fulfilled in time; a rejection is passed on. */
export async function fulfilledWithin(
  milliseconds: number,
  promise: Promise<unknown> | undefined,
): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false)
  })
  try {
    return await Promise.race([late, (promise ?? Promise.resolve()).then(() => true)])
  } finally {
    clearTimeout(timer)
  }
}
