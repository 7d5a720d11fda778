import {
  freePort,
  runProgram,
  TcpProxy,
  testBroker,
  waitFor,
  type Program,
} from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { roleNames } from '../src/roles/role-names.ts'
import { serverUrl, testDatabase } from './database.ts'
import { expectGracefulEnd, startProcess } from './kill.ts'
import { expectExactlyOnce, kinds, type Ordered } from './ledger.ts'
import { Shop } from './shop.ts'

test('SIGTERM under load loses no order and leaves none half done', async () => {
  await using broker = await testBroker()
  await using database = await testDatabase()
  const surroundings = { databaseUrl: database.url, amqpUrl: broker.url }
  const PORT = String(await freePort())
  const shop = new Shop(() => `http://127.0.0.1:${PORT}`)
  const ordered: Ordered[] = Array.from({ length: 5 }, () => kinds).flat()
  let answered = 0
  await using first = startProcess(surroundings, { PORT })
  const placing = ordered.map(async ({ sku, quantity }) => {
    const id = await shop.place(sku, quantity)
    answered += 1
    return id
  })
  await waitFor('the first answers', () => answered >= 3)
  await expectGracefulEnd(first)
  await using second = startProcess(surroundings, { PORT })
  for (const id of await Promise.all(placing)) await shop.end(id)
  await expectGracefulEnd(second)
  await expectExactlyOnce(database.url, ordered)
})

test('with a broker inside the process, orders continue after both were killed', async () => {
  await using database = await testDatabase()
  const PORT = String(await freePort())
  const shop = new Shop(() => `http://127.0.0.1:${PORT}`)
  const KILL_AT = 'saga: received'
  await using victim = startProcess({ databaseUrl: database.url }, { PORT, KILL_AT })
  const placing = kinds.map(({ sku, quantity }) => shop.place(sku, quantity))
  expect(await victim.ends()).toMatchObject({ signal: 'SIGKILL' })
  await using survivor = startProcess({ databaseUrl: database.url }, { PORT })
  for (const id of await Promise.all(placing)) await shop.end(id)
  await expectGracefulEnd(survivor)
  await expectExactlyOnce(database.url, kinds)
})

test.skipIf(serverUrl === undefined)(
  'each role can run in a process of its own, two relays at once (needs DATABASE_URL)',
  async () => {
    await using broker = await testBroker()
    await using database = await testDatabase()
    const surroundings = { databaseUrl: database.url, amqpUrl: broker.url }
    const PORT = String(await freePort())
    const shop = new Shop(() => `http://127.0.0.1:${PORT}`)
    const start = (role: string): Program =>
      startProcess(surroundings, { ROLES: role, PORT: role === 'api' ? PORT : '0' })
    const programs = [...roleNames, 'relay'].map(start)
    try {
      const ordered = Array.from({ length: 5 }, () => kinds).flat()
      const ids = await Promise.all(ordered.map(({ sku, quantity }) => shop.place(sku, quantity)))
      for (const id of ids) await shop.end(id)
      for (const program of programs) await expectGracefulEnd(program)
      await expectExactlyOnce(database.url, ordered)
    } finally {
      for (const program of programs) await program[Symbol.asyncDispose]()
    }
  },
)

test.skipIf(serverUrl === undefined)(
  'SIGTERM ends it while the database does not answer (needs DATABASE_URL)',
  async () => {
    await using broker = await testBroker()
    await using database = await testDatabase()
    await using toDatabase = await TcpProxy.start(database.url)
    const PORT = String(await freePort())
    const shop = new Shop(() => `http://127.0.0.1:${PORT}`)
    const surroundings = { databaseUrl: toDatabase.url, amqpUrl: broker.url }
    await using service = startProcess(surroundings, { PORT })
    await shop.end(await shop.place('tea'))
    toDatabase.silence()
    await service.says(/relay: .*Query read timeout/)
    await expectGracefulEnd(service)
  },
)

test('a wrong variable is explained in one line', async () => {
  const { code, stderr } = await runProgram('packages/service/src/main.ts', [], { PORT: 'http' })
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr:
      'PORT is "http"; expected: a number from 0 to 65535, where 0 chooses a free port (default: 3000)\n',
  })
})
