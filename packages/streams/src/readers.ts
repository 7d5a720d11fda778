// What `fan-out` uses to read everything, and to measure how long that takes.
import type { Subscription } from '@messaging-patterns/shared'

/** Reads all subscriptions to their ends, at the same time. Resolves with the number of messages. */
export async function readAll(subscriptions: readonly Subscription[]): Promise<number> {
  const counts = await Promise.all(subscriptions.map((subscription) => read(subscription)))
  return counts.reduce((sum, count) => sum + count, 0)
}

async function read(subscription: Subscription): Promise<number> {
  let messages = 0
  for await (const delivery of subscription) {
    delivery.ack()
    messages += 1
  }
  return messages
}

/** How long something takes, in seconds. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}
