import { Session, type Exchange, type Queue } from '@messaging-patterns/shared'
import { brokerForFile } from '@messaging-patterns/testkit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { noFaults, type Faults } from '../src/faults/faults.ts'
import { readEvent } from '../src/messages/envelope.ts'
import { addToOutbox } from '../src/outbox/outbox.ts'
import { relayBatch } from '../src/outbox/relay.ts'
import type { Database } from '../src/storage/database.ts'
import { openDatabase } from '../src/storage/open-database.ts'
import { testDatabase, type TestDatabase } from './database.ts'
import { orderId } from './events.ts'

const broker = brokerForFile()
let files: TestDatabase
let database: Database
let session: Session
let exchange: Exchange
let queue: Queue

beforeAll(async () => {
  files = await testDatabase()
  database = await openDatabase(files.url)
  session = await Session.open({ url: broker.url })
})

afterAll(async () => {
  await session[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
  await files[Symbol.asyncDispose]()
})

beforeEach(async () => {
  await database.query('truncate outbox')
  exchange = await session.exchange('orders', 'topic')
  queue = await session.queue('audit')
  await queue.bind(exchange, '#')
})

function relay(faults: Faults = noFaults): Promise<number> {
  return relayBatch({ database, exchange, faults, isConnected: () => true })
}

async function add(count: number): Promise<void> {
  const data = { amount: 1 }
  const events = Array.from({ length: count }, () => ({
    name: 'payment.taken' as const,
    orderId,
    data,
  }))
  await addToOutbox(database, events)
}

async function countUnsent(): Promise<number> {
  const rows = await database.query('select 1 from outbox where sent_at is null')
  return rows.length
}

async function receivedIds(): Promise<string[]> {
  const ids: string[] = []
  for (;;) {
    const delivery = await queue.get()
    if (delivery === undefined) return ids
    delivery.ack()
    const { id } = await readEvent(delivery.headers, delivery.body)
    expect(delivery.messageId).toBe(id)
    ids.push(id)
  }
}

test('a relay publishes each event once, and marks it as sent', async () => {
  await add(3)
  expect([await relay(), await relay()]).toEqual([3, 0])
  expect(await countUnsent()).toBe(0)
  expect(new Set(await receivedIds()).size).toBe(3)
})

test('two relays share the events, and neither publishes those of the other', async () => {
  await add(150)
  const counts = await Promise.all([relay(), relay()])
  expect(counts.toSorted((a, b) => a - b)).toEqual([50, 100])
  const ids = await receivedIds()
  expect([ids.length, new Set(ids).size]).toEqual([150, 150])
})

test('an event that reaches no queue stays in the outbox', async () => {
  await add(1)
  await queue.unbind(exchange, '#')
  await expect(relay()).rejects.toMatchObject({ code: 'UNROUTABLE' })
  expect(await countUnsent()).toBe(1)
})

test('an event whose relay fails after the confirm is published again, with the same id', async () => {
  await add(1)
  const failing: Faults = {
    reach(point) {
      if (point === 'relay: confirmed, not marked as sent') throw new Error('power failure')
    },
  }
  await expect(relay(failing)).rejects.toThrow('power failure')
  await relay()
  const ids = await receivedIds()
  expect(ids).toHaveLength(2)
  expect(new Set(ids).size).toBe(1)
})
