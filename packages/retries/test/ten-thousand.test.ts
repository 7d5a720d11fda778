import { brokerForFile } from '@messaging-patterns/testkit'
import { test } from 'vitest'

import { checkFlood, flood } from './flood.ts'

const broker = brokerForFile()

test('ten thousand messages: none is lost, none is late, and those that always fail are parked', async () => {
  checkFlood(await flood(broker.url, 10_000), 10_000)
})
