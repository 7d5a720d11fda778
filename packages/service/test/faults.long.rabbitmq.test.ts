import { testBroker } from '@messaging-patterns/testkit'
import { test } from 'vitest'

import { roleNames } from '../src/roles/role-names.ts'
import { serverUrl, testDatabase } from './database.ts'
import { apiPoints, consumerPoints, killAtEach, relayPoints } from './kill.ts'

const consumers = roleNames.filter((name) => name !== 'api' && name !== 'relay')
const groups = [
  ['the API and the relay', [...apiPoints, ...relayPoints]],
  ...consumers.map((role) => [role, consumerPoints(role)] as const),
] as const

if (serverUrl === undefined)
  process.stderr.write('DATABASE_URL is not set: the fault table runs on PGlite, not PostgreSQL\n')

test.each(groups)('every order ends exactly once, wherever %s is killed', async (...args) => {
  const [, points] = args
  await using broker = await testBroker()
  await using database = await testDatabase()
  await killAtEach({ databaseUrl: database.url, amqpUrl: broker.url }, points)
})
