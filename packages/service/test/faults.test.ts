import { testBroker } from '@messaging-patterns/testkit'
import { test } from 'vitest'

import type { FaultPoint } from '../src/faults/faults.ts'
import { testDatabase } from './database.ts'
import { killAtEach } from './kill.ts'

// Each point costs the start of a process, so these are those between two steps that belong together.
// faults.long.rabbitmq.test.ts has all of them, for each role.
const points: readonly FaultPoint[] = [
  'api: order stored, not committed',
  'api: committed, not answered',
  'relay: confirmed, not marked as sent',
  'relay: marked as sent, not committed',
  'payment: in the inbox, not handled',
  'payment: handled, not committed',
  'payment: committed, not acknowledged',
]

test('every order ends exactly once, wherever the process is killed', async () => {
  await using broker = await testBroker()
  await using database = await testDatabase()
  await killAtEach({ databaseUrl: database.url, amqpUrl: broker.url }, points)
})
