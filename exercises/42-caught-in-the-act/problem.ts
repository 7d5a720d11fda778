// A test of the bakers: fails with an error if an order can get lost.
import { startTestBroker } from '@messaging-patterns/broker/testing'
import { Session } from '@messaging-patterns/shared'

import { startBaker } from '../bakers.ts'

await using broker = await startTestBroker()
await using session = await Session.open({ url: broker.url })
const orders = await session.queue('orders')
await orders.send('order 1')
await startBaker(session)

await broker.queue('cakes').until('received', 'cake for order 1')
await broker.queue('orders').until('acked', 'order 1')
