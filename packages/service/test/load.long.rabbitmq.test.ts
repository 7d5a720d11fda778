import {
  freePort,
  RabbitMqServer,
  testBroker,
  testDeadline,
  waitFor,
} from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { crash } from './crash.ts'
import { serverUrl, testDatabase } from './database.ts'
import { expectGracefulEnd, startProcess } from './kill.ts'
import { expectExactlyOnce } from './ledger.ts'
import { allEnded, Load, slow } from './load.ts'
import { shuffleTwice } from './shuffle.ts'

// All of them, with 10,000 orders: SERVICE_ORDERS=10000 pnpm test:faults packages/service/test/load
const count = Number(process.env['SERVICE_ORDERS'] ?? 1000)
const timeout = testDeadline + count * 300
const withPostgres = test.skipIf(serverUrl === undefined)

withPostgres(
  `of ${count} orders, none is lost or doubled when the service, the broker and the database die in turn (needs DATABASE_URL)`,
  async () => {
    await using broker = await RabbitMqServer.start()
    await using database = await testDatabase()
    const PORT = String(await freePort())
    const load = new Load(`http://127.0.0.1:${PORT}`, count)
    const start = () => startProcess({ databaseUrl: database.url, amqpUrl: broker.url }, { PORT })
    let service = start()
    const disasters = [
      async () => {
        service.signal('SIGKILL')
        await service.ends()
        service = start()
        // It needs the broker and the database to start; without them it exits, to be started again.
        await service.says(/ready/)
      },
      async () => {
        await saveStreams(broker)
        await broker.kill()
        await broker.start()
      },
      () => crash(database.url),
      async () => {
        await broker.stop()
        await broker.start()
      },
    ]
    try {
      const placing = load.placeAll()
      for (const [index, disaster] of [...disasters, ...disasters].entries()) {
        await load.answers(((index + 1) * count) / 10)
        await disaster()
      }
      await placing
      await allEnded(database.url, count)
      await expectGracefulEnd(service)
      expect(service.stderr).not.toContain('is parked')
      await expectExactlyOnce(database.url, load.ordered)
    } finally {
      await service[Symbol.asyncDispose]()
    }
  },
  timeout,
)

withPostgres(
  `of ${count} orders, none is lost or doubled when all events come twice and in a random order (needs DATABASE_URL)`,
  async () => {
    await using broker = await testBroker()
    await using database = await testDatabase()
    await using shuffler = await shuffleTwice(broker.url)
    const PORT = String(await freePort())
    const load = new Load(`http://127.0.0.1:${PORT}`, count)
    await using service = startProcess({ databaseUrl: database.url, amqpUrl: broker.url }, { PORT })
    await service.says(/ready/)
    await shuffler.divert()
    await load.placeAll()
    await allEnded(database.url, count)
    // The copies of the last events may still be on their way.
    await waitFor('the copies', () => shuffler.isDone(), slow(count))
    await expectGracefulEnd(service)
    await expectExactlyOnce(database.url, load.ordered)
  },
  timeout,
)

/**
 * RabbitMQ 4.3.6 writes to disk which Raft groups a node is in some time after it has confirmed the first
 * stream. If it is killed before that, it forgets its streams for good, and each message for one of
 * them ends the connection of its publisher.
 */
async function saveStreams(broker: RabbitMqServer): Promise<void> {
  await broker.rabbitmqctl('eval', '[ok = dets:sync(Table) || Table <- dets:all()].')
}
