// The books: how many cents each order costs.
import { Session, type Delivery } from '@messaging-patterns/shared'

import { record } from '../world.ts'

class UnknownVersion extends Error {}

function costOf(delivery: Delivery): string {
  const { order, euros, cents } = JSON.parse(delivery.text())
  const version = delivery.headers['version']
  if (version === 1) return `${order}: ${euros * 100}`
  if (version === 2) return `${order}: ${cents}`
  throw new UnknownVersion(`this program reads version 1 and 2, not ${String(version)}`)
}

await using session = await Session.open()
const queue = await session.queue('orders')

const isUnknownVersion = (error: unknown): boolean => error instanceof UnknownVersion
const books = await queue.consume((delivery) => record(costOf(delivery)), {
  retry: { attempts: 3, delay: { from: 100, factor: 2 }, hopeless: isUnknownVersion },
})
await books.finished()
