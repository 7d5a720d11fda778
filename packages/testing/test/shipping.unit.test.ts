import { useBroker } from '@messaging-patterns/broker/vitest'
import { Session } from '@messaging-patterns/shared'
import { expect, test } from 'vitest'

import { startShipping } from '../src/shipping.ts'

const broker = await useBroker({ timeout: 20_000 })
const shipping = broker.queue('orders.shipping')
const parcels = broker.queue('parcels')

/** An order from a country for which parcels need a customs form. */
function order(id: number, items = ['tea']) {
  return { id, country: 'CH', items }
}

function parcel(id: number) {
  return { order: id, items: ['tea'], customs: true }
}

test('an order becomes a parcel', async () => {
  await using session = await Session.open({ url: broker.url })
  await startShipping(session)
  const orders = await session.queue('orders.shipping')

  await orders.send(order(1))

  await expect(parcels).toHaveReceived(parcel(1))
  await expect(shipping).toHaveAcked(order(1))
})

test('an order that cannot be shipped is parked, and the next one is shipped', async () => {
  await using session = await Session.open({ url: broker.url })
  await startShipping(session)
  const orders = await session.queue('orders.shipping')

  await orders.send(order(2, []))
  await orders.send(order(3))

  await expect(broker.queue('orders.shipping.parked')).toHaveReceived(order(2, []))
  await expect(parcels).toHaveReceived(parcel(3))
})

test('an order is tried again a second later if the broker refuses its parcel', async () => {
  await using session = await Session.open({ url: broker.url })
  const orders = await session.queue('orders.shipping')
  await orders.send(order(4))
  broker.faults.nackConfirms(1)

  await startShipping(session)
  await expect(broker.queue('orders.shipping.retry.1000')).toHaveReceived(order(4))
  broker.clock.advance(1000)

  await expect(parcels).toHaveReceived(parcel(4), { times: 1 })
})

test('an order that is delivered twice becomes two parcels with the same id', async () => {
  await using session = await Session.open({ url: broker.url })
  await startShipping(session)
  const orders = await session.queue('orders.shipping')
  await orders.send(order(5))
  await expect(shipping).toHaveAcked(order(5))

  broker.faults.redeliver('orders.shipping')

  const properties = { messageId: 'parcel-5' }
  await expect(parcels).toHaveReceived(parcel(5), { times: 2, properties })
})

test('orders are shipped after the connection was lost', async () => {
  await using session = await Session.open({ url: broker.url })
  await startShipping(session)
  const orders = await session.queue('orders.shipping')

  await broker.faults.drop()
  await orders.send(order(6))

  await expect(parcels).toHaveReceived(parcel(6))
})
