import { describe, expect, test } from 'vitest'

import { mailFor } from '../src/orders/mail.ts'
import { decidePayment } from '../src/orders/payment.ts'
import { decideStock } from '../src/orders/stock.ts'
import { track } from '../src/orders/tracking.ts'
import { cancelled, customer, orderId, placed, published } from './events.ts'

// A handler is a function from a message to its effects, so none of this needs a broker or a database.

describe('payment', () => {
  test('is taken up to the limit', () => {
    const event = { name: 'payment.taken', orderId, data: { amount: 50_000 } }
    expect(decidePayment(undefined, placed(2))).toEqual({ state: 'taken', amount: 50_000, event })
  })

  test('is declined beyond it', () => {
    expect(decidePayment(undefined, placed(3))).toMatchObject({
      state: 'declined',
      event: { name: 'payment.declined', data: { reason: 'the customer cannot pay 750 EUR' } },
    })
  })

  test('is refunded when the order is cancelled', () => {
    expect(decidePayment({ state: 'taken', amount: 100 }, cancelled())).toMatchObject({
      state: 'refunded',
      event: { name: 'payment.refunded', data: { amount: 100 } },
    })
  })

  test('is not taken if the order was cancelled before', () => {
    const step = decidePayment(undefined, cancelled())
    expect(step).toMatchObject({ event: { name: 'payment.refunded', data: { amount: 0 } } })
    expect(decidePayment(step, placed())).toBeUndefined()
  })

  test('that was declined is not refunded', () => {
    expect(decidePayment({ state: 'declined', amount: 0 }, cancelled())).toBeUndefined()
  })
})

describe('stock', () => {
  test('is reserved', () => {
    expect(decideStock({ current: undefined, available: 2 }, placed(2))).toMatchObject({
      reservation: { state: 'reserved', sku: 'desk', quantity: 2 },
      change: -2,
      event: { name: 'stock.reserved' },
    })
  })

  test('is refused if there is not enough', () => {
    expect(decideStock({ current: undefined, available: 1 }, placed(2))).toMatchObject({
      change: 0,
      event: { name: 'stock.refused', data: { reason: '1 of "desk" in stock, 2 ordered' } },
    })
  })

  test('is released when the order is cancelled', () => {
    const current = { state: 'reserved', sku: 'desk', quantity: 2 } as const
    expect(decideStock({ current, available: 0 }, cancelled())).toMatchObject({
      reservation: { state: 'released' },
      change: 2,
      event: { name: 'stock.released', data: { quantity: 2 } },
    })
  })

  test('that was refused is not released', () => {
    const current = { state: 'refused', sku: 'desk', quantity: 0 } as const
    expect(decideStock({ current, available: 0 }, cancelled())).toBeUndefined()
  })

  test('is not reserved if the order was cancelled before', () => {
    const step = decideStock({ current: undefined, available: 5 }, cancelled())
    expect(step).toMatchObject({ change: 0, event: { name: 'stock.released' } })
    expect(decideStock({ current: step?.reservation, available: 5 }, placed())).toBeUndefined()
  })
})

test('mail tells the customer why an order was cancelled', () => {
  expect(mailFor(cancelled())).toEqual({ customer, text: 'Your order was cancelled: a test.' })
})

test('tracking has the same result in whatever order events arrive', () => {
  const events = [
    placed(),
    published({ name: 'payment.taken', orderId, data: { amount: 1 } }),
    published({ name: 'order.confirmed', orderId, data: { customer } }),
  ]
  const [forwards, backwards] = [events, events.toReversed()].map((each) =>
    each.reduce<ReturnType<typeof track> | undefined>(
      (seen, event) => track(seen, event),
      undefined,
    ),
  )
  expect(forwards?.status).toBe('on its way')
  expect(forwards).toEqual(backwards)
})
