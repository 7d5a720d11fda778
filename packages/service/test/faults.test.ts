import { testBroker } from '@messaging-patterns/testkit'
import { test } from 'vitest'

import { testDatabase } from './database.ts'
import { apiPoints, consumerPoints, killAtEach, relayPoints } from './kill.ts'

// The consumers share the code that is killed here; faults.long.rabbitmq.test.ts kills each of them.
const points = [...apiPoints, ...relayPoints, ...consumerPoints('payment')]

test('every order ends exactly once, wherever the process is killed', async () => {
  await using broker = await testBroker()
  await using database = await testDatabase()
  await killAtEach({ databaseUrl: database.url, amqpUrl: broker.url }, points)
})
