import { describe, expect, test } from 'vitest'

import { headersOf, readEvent, UnreadableEvent } from '../src/messages/envelope.ts'
import { placed } from './events.ts'

const event = placed(2)
const headers = headersOf(event)

test('an event is read as it was written', async () => {
  expect(await readEvent(headers, event.data)).toEqual(event)
})

test('its metadata is that of CloudEvents, in the binary mode of the AMQP binding', () => {
  expect(headers).toEqual({
    'cloudEvents:specversion': '1.0',
    'cloudEvents:id': event.id,
    'cloudEvents:source': '/messaging-patterns/service',
    'cloudEvents:type': 'order.placed',
    'cloudEvents:subject': event.orderId,
    'cloudEvents:time': event.time,
    'cloudEvents:dataschema': 'urn:messaging-patterns:service:order.placed:2',
  })
})

test('the other separator is read as well', async () => {
  const entries = Object.entries(headers).map(([key, value]) => [key.replace(':', '_'), value])
  expect(await readEvent(Object.fromEntries(entries), event.data)).toEqual(event)
})

test('an old version is read as the current one', async () => {
  const old = { customer: 'ada@example.com', sku: 'tea', quantity: 1, amount: 450 }
  const schema = { 'cloudEvents:dataschema': 'urn:messaging-patterns:service:order.placed:1' }
  const { data } = await readEvent({ ...headers, ...schema }, old)
  expect(data).toEqual({ ...old, currency: 'EUR' })
})

test('a property that a newer program has added is ignored', async () => {
  const { data } = await readEvent(headers, { ...event.data, giftWrap: true })
  expect(data).toEqual(event.data)
})

describe('an event cannot be read', () => {
  const cases: readonly [string, Record<string, unknown>, unknown, string][] = [
    [
      'of an unknown version',
      { 'cloudEvents:dataschema': 'urn:messaging-patterns:service:order.placed:3' },
      event.data,
      'order.placed: the schema "urn:messaging-patterns:service:order.placed:3" is unknown; this program reads up to version 2',
    ],
    [
      'of an unknown type',
      { 'cloudEvents:type': 'order.eaten' },
      event.data,
      'there is no event "order.eaten"',
    ],
    [
      'without an id',
      { 'cloudEvents:id': undefined },
      event.data,
      'the header cloudEvents:id is missing',
    ],
    [
      'of a different specification',
      { 'cloudEvents:specversion': '2.0' },
      event.data,
      'cloudEvents:specversion is not 1.0',
    ],
    [
      'that does not match its schema',
      {},
      { ...event.data, quantity: 0 },
      'order.placed: quantity: ',
    ],
  ]
  test.each(cases)('%s', async (...args) => {
    const [, changed, body, message] = args
    const error: unknown = await readEvent({ ...headers, ...changed }, body).catch(
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(UnreadableEvent)
    expect(String(error)).toContain(message)
  })
})
