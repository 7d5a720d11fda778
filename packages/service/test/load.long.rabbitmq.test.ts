import { inFlight } from '@messaging-patterns/shared'
import {
  deadline,
  freePort,
  testBroker,
  testDeadline,
  waitFor,
  type Program,
} from '@messaging-patterns/testkit'
import { test } from 'vitest'

import { openDatabase } from '../src/storage/open-database.ts'
import { serverUrl, testDatabase } from './database.ts'
import { expectGracefulEnd, startProcess } from './kill.ts'
import { expectExactlyOnce, kinds, type Ordered } from './ledger.ts'
import { Shop } from './shop.ts'

const count = Number(process.env['SERVICE_ORDERS'] ?? 1000)
// A busy machine with two cores completes a dozen orders per second.
const slow = { timeout: deadline + count * 100, interval: 100 }

test.skipIf(serverUrl === undefined)(
  `of ${count} orders, none is lost or doubled when the service is killed three times (needs DATABASE_URL)`,
  async () => {
    await using broker = await testBroker()
    await using database = await testDatabase()
    const PORT = String(await freePort())
    const shop = new Shop(() => `http://127.0.0.1:${PORT}`)
    const start = (): Program =>
      startProcess({ databaseUrl: database.url, amqpUrl: broker.url }, { PORT })
    const ordered = Array.from(
      { length: count },
      (_, index) => kinds[index % kinds.length] as Ordered,
    )
    let answered = 0
    const place = async ({ sku, quantity }: Ordered): Promise<void> => {
      await shop.place(sku, quantity)
      answered += 1
    }
    const placing = placeAll(ordered, place)
    for (const share of [0.25, 0.5, 0.75]) {
      await using victim = start()
      await waitFor(`${share * count} answers`, () => answered >= share * count, slow)
      victim.signal('SIGKILL')
      await victim.ends()
    }
    await using survivor = start()
    await placing
    await allEnded(database.url)
    await expectGracefulEnd(survivor)
    await expectExactlyOnce(database.url, ordered)
  },
  testDeadline + count * 200,
)

async function placeAll(
  ordered: readonly Ordered[],
  place: (order: Ordered) => Promise<void>,
): Promise<void> {
  const placed = inFlight(ordered, place, { window: 32 })
  while ((await placed.next()).done !== true);
}

async function allEnded(url: string): Promise<void> {
  await using database = await openDatabase(url)
  await waitFor(
    'the end of all orders',
    async () => {
      const rows = await database.query(
        "select 1 from sagas where state not in ('completed', 'cancelled') limit 1",
      )
      return rows.length === 0
    },
    slow,
  )
}
