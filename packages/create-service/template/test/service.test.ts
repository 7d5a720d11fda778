// The whole service over HTTP, on a broker that the test can look into, and make fail.
import { useBroker } from '@messaging-patterns/broker/vitest'
import { Session } from '@messaging-patterns/shared'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import type { Database } from '../src/database.ts'
import { startService, type Service } from '../src/service.ts'
import { testDatabase } from './database.ts'

/** Only ends a test that hangs. A slow machine must never reach it. */
const waiting = { timeout: 20_000 }
const broker = await useBroker(waiting)
const queue = broker.queue('orders.invoices')
let database: Database
let service: Service

beforeAll(async () => {
  database = await testDatabase()
  const where = { host: '127.0.0.1', port: 0, log: () => {} }
  service = await startService({ ...where, database, amqpUrl: broker.url })
})

afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

async function order(key: string, amount: number): Promise<string> {
  const response = await fetch(`${service.url}/orders`, {
    method: 'POST',
    headers: { 'idempotency-key': key },
    body: JSON.stringify({ customer: 'ada@example.com', amount }),
  })
  const { id } = (await response.json()) as { id: string }
  return id
}

async function invoicesOf(id: string): Promise<readonly string[]> {
  const response = await fetch(`${service.url}/orders/${id}`)
  const { invoices } = (await response.json()) as { invoices: readonly string[] }
  return invoices
}

test('an order leads to an invoice', async () => {
  const id = await order('one', 100)
  await vi.waitUntil(async () => (await invoicesOf(id)).length > 0, waiting)
  expect(await invoicesOf(id)).toEqual(['ada@example.com pays 1.00 EUR'])
})

test('a request that is repeated places one order', async () => {
  expect(await order('two', 200)).toBe(await order('two', 200))
})

test('an event that is delivered twice leads to one invoice', async () => {
  const id = await order('three', 300)
  await expect(queue).toHaveAcked({ customer: 'ada@example.com', amount: 300 })

  broker.faults.redeliver('orders.invoices')

  await expect(queue).toHaveAcked({ customer: 'ada@example.com', amount: 300 }, { times: 2 })
  expect(await invoicesOf(id)).toHaveLength(1)
})

test('an event that the broker refuses is published again', async () => {
  broker.faults.nackConfirms(1)
  const id = await order('four', 400)
  await vi.waitUntil(async () => (await invoicesOf(id)).length > 0, waiting)
})

test('orders are accepted while the connection is down', async () => {
  await broker.faults.drop()
  const id = await order('five', 500)
  await vi.waitUntil(async () => (await invoicesOf(id)).length > 0, waiting)
})

test('an event of an unknown version is parked', async () => {
  await using session = await Session.open({ url: broker.url })
  const exchange = await session.exchange('orders', 'topic')
  const headers = { 'cloudEvents:dataschema': 'urn:my-service:order.placed:2' }
  await exchange.publish('order.placed', { from: 'the future' }, { headers })
  await expect(broker.queue('orders.invoices.parked')).toHaveReceived({ from: 'the future' })
})
