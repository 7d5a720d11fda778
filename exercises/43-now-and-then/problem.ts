// A test of the bakers: fails with an error if there are ashes instead of a cake.
import { setTimeout as pause } from 'node:timers/promises'

import { startTestBroker } from '@messaging-patterns/broker/testing'
import { Session } from '@messaging-patterns/shared'

import { startBaker } from '../bakers.ts'

await using broker = await startTestBroker()
await using session = await Session.open({ url: broker.url })
const orders = await session.queue('orders')
await startBaker(session)
await orders.send('order 1')

await pause(100)
const [cake] = broker.queue('cakes').received
if (cake?.text !== 'cake for order 1') throw new Error(`wrong: ${cake?.text ?? 'no cake'}`)
