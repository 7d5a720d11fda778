import { parkingQueueOptions, Session } from '@messaging-patterns/shared'
import { brokerForFile } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { startShipping } from '../src/shipping.ts'

const broker = brokerForFile()

test('RabbitMQ accepts the queues, ships an order, and parks another', async () => {
  await using session = await Session.open({ url: broker.url })
  const orders = await session.queue('orders.shipping')
  const parcels = await session.queue('parcels')
  await startShipping(session)

  await orders.send({ id: 1, country: 'DE', items: [] })
  await orders.send({ id: 2, country: 'DE', items: ['tea'] })

  for await (const parcel of await parcels.consume({ limit: 1 })) {
    expect(parcel.json()).toEqual({ order: 2, items: ['tea'], customs: false })
    parcel.ack()
  }
  const parked = await session.queue('orders.shipping.parked', parkingQueueOptions)
  for await (const order of await parked.consume({ limit: 1 })) {
    expect(order.json()).toMatchObject({ id: 1 })
    order.ack()
  }
})
