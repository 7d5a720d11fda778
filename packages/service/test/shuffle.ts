import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

import { Session, type Delivery } from '@messaging-patterns/shared'

import { eventTypes } from '../src/messages/events.ts'
import { consumers } from '../src/roles/consumers.ts'

/** Changes what the consumers of a service get from its relay. */
export interface Shuffler extends AsyncDisposable {
  /** Takes the place of the bindings, which must exist. */
  divert(): Promise<void>
  /** Whether all queues are empty. */
  isDone(): Promise<boolean>
}

/** Milliseconds that a copy of an event is late at most: longer than an order takes. */
const late = 500

/** Delivers every event twice to each consumer, each copy at a random time. */
export async function shuffleTwice(url: string): Promise<Shuffler> {
  const session = await Session.open({ url })
  const exchange = await session.exchange('orders', 'topic')
  const all = await session.queue('shuffled')
  await all.bind(exchange, ...Object.keys(eventTypes))
  const targets = await Promise.all(
    consumers.map(async ({ name, events }) => ({
      queue: await session.queue(`orders.${name}`),
      events: new Set<string>(events),
    })),
  )
  let waiting = 0
  const deliver = async (delivery: Delivery): Promise<void> => {
    const to = targets.filter(({ events }) => events.has(delivery.routingKey))
    waiting += 1
    await Promise.all(
      [...to, ...to].map(async ({ queue }) => {
        await pause(randomInt(late))
        await queue.forward(delivery)
      }),
    )
    waiting -= 1
  }
  await all.consume(deliver, { concurrency: 500 })
  return {
    async divert() {
      for (const { queue, events } of targets) await queue.unbind(exchange, ...events)
    },
    async isDone() {
      const counts = await Promise.all(
        [all, ...targets.map(({ queue }) => queue)].map((queue) => queue.count()),
      )
      return waiting === 0 && counts.every(({ messages }) => messages === 0)
    },
    [Symbol.asyncDispose]: () => session.close(),
  }
}
