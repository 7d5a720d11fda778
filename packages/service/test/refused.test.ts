import { Session } from '@messaging-patterns/shared'
import { TcpProxy, testBroker } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { noFaults } from '../src/faults/faults.ts'
import { createLog } from '../src/logs/log.ts'
import { startService } from '../src/roles/service.ts'
import { openDatabase } from '../src/storage/open-database.ts'
import { testDatabase } from './database.ts'

test('a service without consumers fails if the broker refuses its exchange after a reconnect', async () => {
  await using broker = await testBroker()
  await using proxy = await TcpProxy.start(broker.url)
  await using files = await testDatabase()
  await using database = await openDatabase(files.url)
  await using service = await startService({
    database,
    amqpUrl: proxy.url,
    roles: ['api', 'relay'],
    host: '127.0.0.1',
    port: 0,
    faults: noFaults,
    log: createLog({ level: 'error', format: 'text', write: () => {} }),
    showTrace: undefined,
  })
  await using owner = await Session.open({ url: broker.url })
  await (await owner.exchange('orders', 'topic')).delete()
  await owner.exchange('orders', 'direct')
  proxy.cut()
  await expect(service.failed).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' })
})
