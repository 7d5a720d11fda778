import { parkingQueueOptions, Session, type Delivery } from '@messaging-patterns/shared'
import { RabbitMqServer, waitFor } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

const messages = 300
const numbers = Array.from({ length: messages }, (_, n) => n)
const hopeless = numbers.filter((n) => n % 10 === 0)

// RabbitMQ writes a new queue to disk some time after its declaration: a quorum queue that is new
// when the power fails is empty after a restart. Since version 4 this takes less than a second.
const version = process.env['RABBITMQ_VERSION'] ?? '4.3'

test.skipIf(version.startsWith('3.'))(
  'a broker that is killed during retries loses no message',
  async () => {
    await using server = await RabbitMqServer.start()
    await using session = await Session.open({ url: server.url })
    const queue = await session.queue('work')
    const parking = await session.queue('work.parked', parkingQueueOptions)

    const tried = new Map<number, number>()
    const done = new Set<number>()
    const handler = (delivery: Delivery): void => {
      const { n } = delivery.body as { n: number }
      tried.set(n, (tried.get(n) ?? 0) + 1)
      // Each message fails at first, so that all of them have to wait somewhere.
      if (hopeless.includes(n) || tried.get(n) === 1) throw new Error('not now')
      done.add(n)
    }
    const retry = { attempts: 3, delay: { from: 500, factor: 4 } }
    await queue.consume(handler, { prefetch: 20, retry, onFailure: () => {} })

    // The first message is parked before the others are sent. By then the delay queues are seconds
    // old.
    await queue.send({ n: 0 })
    await waitFor('a parked message', async () => (await parking.count()).messages === 1)
    await Promise.all(numbers.slice(1).map((n) => queue.send({ n })))

    // Some messages wait now, some are on their way to a delay queue, and some have had no attempt.
    await waitFor('a third of them to have failed', () => tried.size >= messages / 3)
    await server.kill()
    await server.start()

    const parked = new Set<number>()
    await parking.consume((delivery) => parked.add((delivery.body as { n: number }).n))
    await waitFor(
      'every message to be done or parked',
      () => done.size === messages - hopeless.length && parked.size === hopeless.length,
    )
    // There may be duplicates, but every message is done or parked.
    expect([...parked].toSorted((a, b) => a - b)).toEqual(hopeless)
  },
)
