import { expect, test } from 'vitest'

import { parcelFor, readOrder } from '../src/parcel.ts'

test('a parcel that leaves the union needs a customs form', () => {
  const order = { id: 17, country: 'DE', items: ['tea'] }
  expect(parcelFor(order)).toEqual({ order: 17, items: ['tea'], customs: false })
  expect(parcelFor({ ...order, country: 'CH' })).toMatchObject({ customs: true })
})

test('an order without items cannot be shipped', () => {
  expect(() => parcelFor({ id: 17, country: 'DE', items: [] })).toThrow('order 17 has no items')
})

test.each([null, 'tea', {}, { id: '17', country: 'DE', items: [] }, { id: 17, items: ['tea'] }])(
  'a body that is not an order is refused: %j',
  (body) => {
    expect(() => readOrder(body)).toThrow('the body is not an order')
  },
)
