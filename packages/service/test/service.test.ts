import { brokerForFile, waitFor } from '@messaging-patterns/testkit'
import { Session } from '@messaging-patterns/shared'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { noFaults } from '../src/faults/faults.ts'
import { createLog } from '../src/logs/log.ts'
import { headersOf } from '../src/messages/envelope.ts'
import { roleNames } from '../src/roles/role-names.ts'
import { historyStream, startService, type Service } from '../src/roles/service.ts'
import type { Database } from '../src/storage/database.ts'
import { openDatabase } from '../src/storage/open-database.ts'
import { testDatabase, type TestDatabase } from './database.ts'
import { customer, placed } from './events.ts'
import { parseMetrics, valueOf } from './prometheus.ts'
import { Shop } from './shop.ts'

const broker = brokerForFile()
const lines: string[] = []
const log = createLog({ level: 'info', format: 'text', write: (line) => lines.push(line) })
let files: TestDatabase
let database: Database
let service: Service
let shop: Shop

beforeAll(async () => {
  files = await testDatabase()
  database = await openDatabase(files.url)
  service = await start(0)
  shop = new Shop(() => service.url)
})

afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
  await files[Symbol.asyncDispose]()
})

function start(port: number): Promise<Service> {
  return startService({
    database,
    amqpUrl: broker.url,
    roles: roleNames,
    host: '127.0.0.1',
    port,
    faults: noFaults,
    log,
    showTrace: undefined,
  })
}

test('a port that is in use is explained', async () => {
  const { port } = new URL(service.url)
  await expect(start(Number(port))).rejects.toThrow(
    /^cannot listen on 127\.0\.0\.1:\d+ \(.*EADDRINUSE.*\); set PORT or HOST$/,
  )
})

describe('an order', () => {
  test('is completed', async () => {
    const id = await shop.place('tea')
    expect(await shop.end(id)).toEqual({
      id,
      state: 'completed',
      payment: 'taken',
      stock: 'reserved',
      mail: 'sent',
    })
    const tracking = await waitFor('the projection', async () => {
      const seen = await shop.track(id)
      return seen.events.length === 5 && seen
    })
    expect(tracking.status).toBe('on its way')
    expect(
      await database.query('select customer, text from mails where order_id = $1', [id]),
    ).toEqual([{ customer, text: 'Your order is on its way.' }])
  })

  test('is cancelled if the payment is declined, and its products are released', async () => {
    const before = await available('desk')
    const id = await shop.place('desk', 3)
    expect(await shop.end(id)).toMatchObject({ state: 'cancelled', payment: 'declined' })
    expect(await available('desk')).toBe(before)
  })

  test('is cancelled if it is out of stock, and the payment is refunded', async () => {
    const id = await shop.place('vase')
    expect(await shop.end(id)).toMatchObject({ state: 'cancelled', stock: 'refused' })
    const [payment] = await database.query('select state from payments where order_id = $1', [id])
    // The order may have been cancelled before its payment was taken.
    expect(payment).toMatchObject({
      state: expect.stringMatching(/^(refunded|cancelled before payment)$/) as string,
    })
  })

  test('is placed once, even if the request is repeated', async () => {
    const body = { customer, sku: 'tea', quantity: 1 }
    const [first, second] = [await shop.post('key', body), await shop.post('key', body)]
    expect([first.status, second.status]).toEqual([201, 200])
    expect(await first.json()).toEqual(await second.json())
    expect((await shop.post('key', { ...body, quantity: 2 })).status).toBe(422)
  })

  test('is refused with a reason that says what to change', async () => {
    const body = { customer, sku: 'tea', quantity: 1 }
    const refusals = [
      [await shop.post('', body), 400, 'the header Idempotency-Key is missing'],
      [await shop.post('a', { ...body, quantity: 0 }), 400, 'at quantity'],
      [await shop.post('b', { ...body, sku: 'car' }), 422, 'there is no product \\"car\\"'],
      [await shop.post('c', 'tea'), 400, 'expected object'],
    ] as const
    for (const [response, status, text] of refusals) {
      expect(response.status).toBe(status)
      expect(await response.text()).toContain(text)
    }
  })
})

test('an event of an unknown version is parked, and the next one is handled', async () => {
  await using session = await Session.open({ url: broker.url })
  const exchange = await session.exchange('orders', 'topic')
  const event = placed()
  const dataschema = 'urn:messaging-patterns:service:order.placed:99'
  await exchange.publish(event.name, event.data, {
    messageId: event.id,
    headers: { ...headersOf(event), 'cloudEvents:dataschema': dataschema },
  })
  await waitFor('three parked events', () => {
    const parked = lines.filter((line) => line.includes(`${event.id} is parked in`))
    // Those of payment, stock and the projection.
    return parked.length === 3
  })
  const queue = await session.queue('orders.payment.parked', { passive: true })
  expect(await queue.count()).toMatchObject({ messages: 1 })
  expect(await shop.end(await shop.place('tea'))).toMatchObject({ state: 'completed' })
})

test('the history of an order is in a stream', async () => {
  const id = await shop.place('tea')
  await shop.end(id)
  await using session = await Session.open({ url: broker.url })
  const stream = await session.stream(historyStream, { passive: true })
  const names: string[] = []
  for await (const delivery of await stream.consume({ from: 'first' })) {
    delivery.ack()
    if (delivery.headers['cloudEvents:subject'] !== id) continue
    names.push(delivery.routingKey)
    if (names.length === 5) break
  }
  expect(names.toSorted()).toEqual([
    'mail.sent',
    'order.confirmed',
    'order.placed',
    'payment.taken',
    'stock.reserved',
  ])
})

test('the service is healthy and ready', async () => {
  for (const path of ['healthz', 'readyz'])
    expect((await fetch(`${service.url}/${path}`)).status).toBe(200)
})

test('Prometheus can read the metrics', async () => {
  const response = await fetch(`${service.url}/metrics`)
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const metrics = parseMetrics(await response.text())
  expect(
    valueOf(metrics, 'orders_handler_seconds_count', { role: 'mail', outcome: 'ok' }),
  ).toBeGreaterThan(0)
  expect(valueOf(metrics, 'orders_queue_messages', { queue: 'orders.mail' })).toBe(0)
  expect(valueOf(metrics, 'orders_queue_messages', { queue: 'orders.payment.parked' })).toBe(1)
  expect(valueOf(metrics, 'orders_outbox_oldest_seconds')).toBeGreaterThanOrEqual(0)
})

async function available(sku: string): Promise<number> {
  const [product] = await database.query<{ available: number }>(
    'select available from products where sku = $1',
    [sku],
  )
  return product?.available ?? 0
}
