import { testBroker, testDeadline } from '@messaging-patterns/testkit'
import { test } from 'vitest'

import type { FaultPoint } from '../src/faults/faults.ts'
import { roleNames } from '../src/roles/role-names.ts'
import { serverUrl, testDatabase } from './database.ts'
import { apiPoints, consumerPoints, killAtEach, relayPoints } from './kill.ts'

// Each point costs the start of a process, so these are those between two steps that belong together, and
// without PostgreSQL only half of them: PGlite takes seconds to start. With FAULT_POINTS=all it is all of them,
// and also in faults.long.rabbitmq.test.ts.
const some: readonly FaultPoint[] = [
  'api: committed, not answered',
  'relay: confirmed, not marked as sent',
  'payment: handled, not committed',
  'payment: committed, not acknowledged',
  ...(serverUrl === undefined
    ? []
    : ([
        'api: order stored, not committed',
        'relay: marked as sent, not committed',
        'payment: in the inbox, not handled',
      ] as const)),
]
const every = [
  ...apiPoints,
  ...relayPoints,
  ...roleNames.filter((name) => name !== 'api' && name !== 'relay').flatMap(consumerPoints),
]
const isComplete = process.env['FAULT_POINTS'] === 'all'
const points = isComplete ? every : some

test(
  'every order ends exactly once, wherever the process is killed',
  async () => {
    await using broker = await testBroker()
    await using database = await testDatabase()
    await killAtEach({ databaseUrl: database.url, amqpUrl: broker.url }, points)
  },
  testDeadline * (isComplete ? 4 : 1),
)
