import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { noFaults } from '../src/faults/faults.ts'
import { handleOnce, type Consumer } from '../src/inbox/consumer.ts'
import { payment } from '../src/orders/payment.ts'
import type { Database } from '../src/storage/database.ts'
import { openDatabase } from '../src/storage/open-database.ts'
import { testDatabase, type TestDatabase } from './database.ts'
import { wrongEffects } from './effects.ts'
import { orderId, placed } from './events.ts'

let files: TestDatabase
let database: Database

beforeAll(async () => {
  files = await testDatabase()
  database = await openDatabase(files.url)
})

afterAll(async () => {
  await database[Symbol.asyncDispose]()
  await files[Symbol.asyncDispose]()
})

beforeEach(async () => {
  await database.query('truncate inbox, outbox, payments')
})

async function countIn(table: string): Promise<number> {
  const [row] = await database.query<{ count: number }>(`select count(*)::int from ${table}`)
  return row?.count ?? 0
}

test('the effect of an event, and the events that follow, are stored together', async () => {
  const event = placed()
  await handleOnce({ database, faults: noFaults }, payment, event)
  expect(await database.query('select * from payments')).toEqual([
    { order_id: orderId, state: 'taken', amount: 25_000 },
  ])
  expect(await database.query('select event from outbox')).toMatchObject([
    { event: { name: 'payment.taken', orderId } },
  ])
})

test('an event that arrives twice has its effect once', async () => {
  const event = placed()
  const counter: Consumer = {
    ...payment,
    async handle({ orderId: id }, transaction) {
      const amounts = 'insert into payments (order_id, state, amount) values ($1, $2, 1)'
      await transaction.query(
        `${amounts} on conflict (order_id) do update set amount = payments.amount + 1`,
        [id, 'counted'],
      )
      return []
    },
  }
  const twice = [event, event]
  for (const each of twice) await handleOnce({ database, faults: noFaults }, counter, each)
  expect(await database.query('select amount from payments')).toEqual([{ amount: 1 }])
})

test('a handler that fails leaves nothing behind, and can try again', async () => {
  const event = placed()
  const failing: Consumer = {
    ...payment,
    async handle(...args) {
      await payment.handle(...args)
      throw new Error('not today')
    },
  }
  const parts = { database, faults: noFaults }
  await expect(handleOnce(parts, failing, event)).rejects.toThrow('not today')
  expect([await countIn('payments'), await countIn('inbox'), await countIn('outbox')]).toEqual([
    0, 0, 0,
  ])
  await handleOnce(parts, payment, event)
  expect(await countIn('payments')).toBe(1)
})

test('the ledger finds an effect of an added consumer that differs between equal orders', async () => {
  await database.query(
    'create table points (id bigserial, order_id uuid, points integer, at timestamptz default now())',
  )
  try {
    await database.query(
      `insert into orders (id, request_key, customer, sku, quantity, amount)
       select gen_random_uuid(), key, 'ada@example.com', 'tea', 2, 900 from unnest('{1,2,3}'::text[]) as key`,
    )
    await database.query('insert into points (order_id, points) select id, 9 from orders')
    expect(await wrongEffects(database)).toEqual([])

    const one = "select id from orders where request_key = '1'"
    await database.query(`update points set points = 18 where order_id in (${one})`)
    expect(await wrongEffects(database)).toEqual([
      'points differs between orders of tea: [[{"points":9}],[{"points":18}]]',
    ])
    await database.query(
      `insert into outbox (event_id, event) select gen_random_uuid(),
       jsonb_build_object('orderId', id, 'name', 'order.placed') from (${one}) as orders`,
    )
    expect(await wrongEffects(database)).toEqual([])
  } finally {
    await database.query('drop table points')
    await database.query('truncate orders cascade')
  }
})
