// With a database: an event has its effect once, or not at all.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { handleOnce, type Consumer } from '../src/consumer.ts'
import type { Database } from '../src/database.ts'
import { invoices } from '../src/invoices.ts'
import { testDatabase } from './database.ts'

let database: Database

beforeAll(async () => {
  database = await testDatabase()
})

afterAll(() => database[Symbol.asyncDispose]())

beforeEach(async () => {
  await database.query('truncate inbox, invoices')
})

const event = {
  id: '00000000-0000-4000-8000-000000000001',
  time: '2026-11-27T00:00:00.000Z',
  orderId: '00000000-0000-4000-8000-00000000000a',
  data: { customer: 'ada@example.com', amount: 900 },
}

test('an event that arrives twice leads to one invoice', async () => {
  await handleOnce(database, invoices, event)
  await handleOnce(database, invoices, event)
  expect(await database.query('select text from invoices')).toEqual([
    { text: 'ada@example.com pays 9.00 EUR' },
  ])
})

test('a handler that fails leaves nothing behind, and can try again', async () => {
  const failing: Consumer = {
    name: invoices.name,
    async handle(...args) {
      await invoices.handle(...args)
      throw new Error('not today')
    },
  }
  await expect(handleOnce(database, failing, event)).rejects.toThrow('not today')
  expect(await database.query('select text from invoices')).toEqual([])
  await handleOnce(database, invoices, event)
  expect(await database.query('select text from invoices')).toHaveLength(1)
})
