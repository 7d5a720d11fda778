// Lesson 8: three ways to be sure of every message. In each of them `send` resolves when the broker
// has confirmed the message; what differs is how many of them are under way meanwhile.
import { inFlight } from '@messaging-patterns/shared'

/** Sends a message; resolves on its confirm, rejects when the broker refuses or returns it. */
export type Send = (text: string) => Promise<void>

/** Sends all the messages; resolves when all are confirmed. */
export type Way = (texts: Iterable<string>, send: Send) => Promise<void>

/** A message, its confirm, the next message: each waits for the whole way there and back. */
export async function oneByOne(texts: Iterable<string>, send: Send): Promise<void> {
  for (const text of texts) await send(text)
}

/** The way there and back is shared by a batch, but at the end of each nothing is on its way. */
export async function inBatches(texts: Iterable<string>, send: Send, size: number): Promise<void> {
  let batch: Promise<void>[] = []
  for (const text of texts) {
    batch.push(send(text))
    if (batch.length < size) continue
    // In plain amqplib: channel.sendToQueue() for each message, then await channel.waitForConfirms().
    await Promise.all(batch)
    batch = []
  }
  await Promise.all(batch)
}

/** A confirm makes room for the next message: the wire is never idle, and memory never fills. */
export async function inAWindow(texts: Iterable<string>, send: Send, size: number): Promise<void> {
  const confirmed = inFlight(texts, send, { window: size })
  // It reads on when the oldest is confirmed, as long as somebody takes what it yields.
  while ((await confirmed.next()).done !== true);
}
