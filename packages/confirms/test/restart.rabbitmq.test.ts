import { Session } from '@messaging-patterns/shared'
import { Program, RabbitMqServer, waitFor } from '@messaging-patterns/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { queues } from '../src/topology.ts'

const producer = 'packages/confirms/src/producer.ts'

let server: RabbitMqServer

beforeAll(async () => {
  server = await RabbitMqServer.start()
})

afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

test.each(['quorum', 'classic'] as const)(
  'a broker that is killed during the race loses no message of a %s queue',
  async (type) => {
    const count = 5000
    const args = ['--type', type, '--count', String(count)]
    await using racing = new Program(producer, args, { AMQP_URL: server.url })
    await racing.hasLines(1)
    // It is sending batches now. While it is stopped, it cannot finish them before the broker is
    // killed.
    racing.signal('SIGSTOP')
    await server.kill()
    racing.signal('SIGCONT')
    await racing.says(/connection lost/)
    await server.start()
    expect(await racing.ends()).toMatchObject({ code: 0 })
    expect(racing.lines).toHaveLength(3)

    await using session = await Session.open({ url: server.url })
    const queue = await session.queue(queues[type].name, queues[type].options)
    // A duplicate has the same body as its original.
    const bodies = new Set<string>()
    await queue.consume((delivery) => bodies.add(delivery.text()), { concurrency: 250 })
    await waitFor('every message of the race', () => bodies.size === 3 * count)
  },
)
