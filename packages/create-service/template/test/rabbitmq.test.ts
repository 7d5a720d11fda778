// On RabbitMQ, if AMQP_URL is set: the real broker is the judge.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import type { Database } from '../src/database.ts'
import { startService, type Service } from '../src/service.ts'
import { testDatabase } from './database.ts'

const amqpUrl = process.env['AMQP_URL']

describe.skipIf(amqpUrl === undefined)('on RabbitMQ', () => {
  let database: Database
  let service: Service

  beforeAll(async () => {
    database = await testDatabase()
    const where = { host: '127.0.0.1', port: 0, log: () => {} }
    service = await startService({ ...where, database, amqpUrl: amqpUrl ?? '' })
  })

  afterAll(async () => {
    await service[Symbol.asyncDispose]()
    await database[Symbol.asyncDispose]()
  })

  test('20 orders lead to 20 invoices', async () => {
    const customers = Array.from({ length: 20 }, (_, i) => `customer${i}@example.com`)
    for (const customer of customers) {
      const { status } = await fetch(`${service.url}/orders`, {
        method: 'POST',
        headers: { 'idempotency-key': customer },
        body: JSON.stringify({ customer, amount: 900 }),
      })
      expect(status).toBe(201)
    }
    const written = () => database.query<{ text: string }>('select text from invoices')
    await vi.waitUntil(async () => (await written()).length >= 20, { timeout: 60_000 })
    const texts = (await written()).map(({ text }) => text)
    expect(texts.toSorted()).toEqual(
      customers.map((customer) => `${customer} pays 9.00 EUR`).toSorted(),
    )
  })
})
