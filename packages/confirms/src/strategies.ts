// Lesson 7: three strategies for publishing without losing a message. `send` resolves when the
// broker has confirmed a message. They differ in how many messages are unconfirmed at a time.
import { inFlight } from '@messaging-patterns/shared'

/** Sends a message. Resolves on its confirm; rejects if the broker refuses or returns it. */
export type Send = (body: string) => Promise<void>

/** Sends all messages. Resolves when all of them are confirmed. */
export type Strategy = (bodies: Iterable<string>, send: Send) => Promise<void>

/** Each message waits for the confirm of the one before: a full round trip per message. */
export async function oneByOne(bodies: Iterable<string>, send: Send): Promise<void> {
  for (const body of bodies) await send(body)
}

/**
 * The messages of a batch share a round trip, but the connection is idle at the end of each batch.
 */
export async function inBatches(bodies: Iterable<string>, send: Send, size: number): Promise<void> {
  let batch: Promise<void>[] = []
  for (const body of bodies) {
    batch.push(send(body))
    if (batch.length < size) continue
    // In plain amqplib: call channel.sendToQueue() for each message, and then
    // await channel.waitForConfirms().
    await Promise.all(batch)
    batch = []
  }
  await Promise.all(batch)
}

/**
 * Each confirm makes room for another message. The connection is never idle, and memory is bounded.
 */
export async function inAWindow(bodies: Iterable<string>, send: Send, size: number): Promise<void> {
  // inFlight yields each confirmed message. It sends the next one only when the loop asks for it.
  for await (const _ of inFlight(bodies, send, { window: size }));
}
