// The shop: sends orders to a small oven.
import { MessagingError, Session } from '@messaging-patterns/shared'

const orders = ['order 1', 'order 2', 'order 3', 'order 4', 'order 5', 'order 6']

await using session = await Session.open()
const oven = await session.queue('oven', {
  type: 'classic',
  arguments: { 'x-max-length': 3, 'x-overflow': 'reject-publish' },
})

for (const order of orders) {
  try {
    await oven.send(order)
  } catch (error) {
    if (!(error instanceof MessagingError && error.code === 'NACKED')) throw error
    console.log(`no room for ${order}`)
  }
}
