import type { Channel, ConfirmChannel, ConsumeMessage, Options } from 'amqplib'

import { stream, unique } from './contract.ts'
import { consume, fill, publish, type Inbox } from './messages.ts'

/** Declares a stream, and publishes `bodies` to it. Returns its name. */
export async function streamOf(
  channel: ConfirmChannel,
  bodies: Iterable<string>,
  args: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const { queue } = await channel.assertQueue(unique('stream'), { durable: true, ...stream(args) })
  await fill(channel, queue, bodies)
  return queue
}

/** Publishes each message to a chunk of its own. */
export async function fillChunks(
  channel: ConfirmChannel,
  queue: string,
  messages: Iterable<Options.Publish & { readonly body: string }>,
): Promise<void> {
  for (const message of messages) await publish(channel, { key: queue }, message)
}

/** Consumes a stream from `start`, with a large prefetch count. */
export function readFrom(channel: Channel, queue: string, start: unknown): Promise<Inbox> {
  return readWith(channel, queue, { 'x-stream-offset': start })
}

/** Consumes a stream with arguments, and a large prefetch count. */
export async function readWith(
  channel: Channel,
  queue: string,
  args: Readonly<Record<string, unknown>>,
): Promise<Inbox> {
  await channel.prefetch(1000)
  return consume(channel, queue, { arguments: args })
}

export function offsetOf(message: ConsumeMessage): unknown {
  return message.properties.headers?.['x-stream-offset']
}

export function offsets(inbox: Inbox): unknown[] {
  return inbox.messages.map(offsetOf)
}

/** `PREFIX0`, `PREFIX1` and so on. */
export function numbered(count: number, prefix = 'm'): string[] {
  return Array.from({ length: count }, (_, at) => `${prefix}${at}`)
}
