import { testBroker, type TestBroker } from '@messaging-patterns/testkit'
import { afterAll, beforeAll, test } from 'vitest'

import { checkFlood, flood } from './flood.ts'

let broker: TestBroker

beforeAll(async () => {
  broker = await testBroker()
})

afterAll(async () => {
  await broker[Symbol.asyncDispose]()
})

// Half a second is much for a broker and little for a machine that does many other things: where
// other tests kept it from running for so long, it has another go.
test(
  'of ten thousand messages none is lost, none is late, and the hopeless are parked',
  { timeout: 120_000, retry: 2 },
  async () => {
    checkFlood(await flood(broker.url, 10_000), 10_000)
  },
)
