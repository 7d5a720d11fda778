// The shop: sends orders to a small oven.
import { setTimeout as pause } from 'node:timers/promises'

import { MessagingError, Session } from '@messaging-patterns/shared'

const orders = ['order 1', 'order 2', 'order 3', 'order 4', 'order 5', 'order 6']

await using session = await Session.open()
const oven = await session.queue('oven', {
  type: 'classic',
  arguments: { 'x-max-length': 3, 'x-overflow': 'reject-publish' },
})

async function isTaken(order: string): Promise<boolean> {
  try {
    await oven.send(order)
    return true
  } catch (error) {
    if (!(error instanceof MessagingError && error.code === 'NACKED')) throw error
    return false
  }
}

for (const order of orders) while (!(await isTaken(order))) await pause(50)
