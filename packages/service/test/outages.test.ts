import { freePort, TcpProxy, testBroker, waitFor } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { serverUrl, testDatabase } from './database.ts'
import { expectGracefulEnd, startProcess } from './kill.ts'
import { expectExactlyOnce, kinds, type Ordered } from './ledger.ts'
import { Shop } from './shop.ts'

test.skipIf(serverUrl === undefined)(
  'no order is lost or doubled when connections break under load (needs DATABASE_URL)',
  async () => {
    await using broker = await testBroker()
    await using database = await testDatabase()
    await using toBroker = await TcpProxy.start(broker.url)
    await using toDatabase = await TcpProxy.start(database.url)
    const PORT = String(await freePort())
    const shop = new Shop(() => `http://127.0.0.1:${PORT}`)
    const surroundings = { databaseUrl: toDatabase.url, amqpUrl: toBroker.url }
    await using service = startProcess(surroundings, { PORT })
    await service.says(/ready/)

    const ordered: Ordered[] = Array.from({ length: 20 }, () => kinds).flat()
    let answered = 0
    const placing = ordered.map(async ({ sku, quantity }) => {
      const id = await shop.place(sku, quantity)
      answered += 1
      return id
    })
    const proxies = [toDatabase, toBroker, toDatabase, toBroker]
    for (const [index, proxy] of proxies.entries()) {
      await waitFor('more answers', () => answered >= (index + 1) * 10)
      proxy.cut()
    }
    for (const id of await Promise.all(placing)) await shop.end(id)
    await expectGracefulEnd(service)
    expect(service.stderr).not.toContain('is parked')
    await expectExactlyOnce(database.url, ordered)
  },
)
