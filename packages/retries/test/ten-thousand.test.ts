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

test('of ten thousand messages none is lost, none is late, and the hopeless are parked', async () => {
  checkFlood(await flood(broker.url, 10_000), 10_000)
}, 120_000)
