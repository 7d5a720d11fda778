// Unit: a decision is a function, and needs neither a broker nor a database.
import { expect, test } from 'vitest'

import { headersOf, readEvent } from '../src/events.ts'
import { invoiceFor } from '../src/invoices.ts'

const event = {
  id: '00000000-0000-4000-8000-000000000001',
  time: '2026-11-27T00:00:00.000Z',
  orderId: '00000000-0000-4000-8000-00000000000a',
  data: { customer: 'ada@example.com', amount: 900 },
}

test('an invoice says who pays how much', () => {
  expect(invoiceFor(event)).toBe('ada@example.com pays 9.00 EUR')
})

test('an event is read as it was written', () => {
  expect(readEvent(headersOf(event), event.data)).toEqual(event)
})

test('an event of an unknown version is refused', () => {
  const headers = { ...headersOf(event), 'cloudEvents:dataschema': 'urn:my-service:order.placed:2' }
  expect(() => readEvent(headers, event.data)).toThrow('order.placed:2" is unknown')
})

test('an event with wrong data is refused', () => {
  expect(() => readEvent(headersOf(event), { customer: 'ada@example.com' })).toThrow('amount')
})
