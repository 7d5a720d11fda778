// What is known about a parked message. How much that is depends on who parked it.
import { parkedOf, type Delivery, type Parked } from '@messaging-patterns/shared'

/**
 * What the broker notes in a header when it dead-letters a message. Anything may be missing: a
 * client can send such a header, too.
 */
interface Death {
  readonly reason?: string
  readonly queue?: string
  readonly time?: unknown
}

/** From our own headers if we parked it, else from the broker's, which do not list attempts. */
export function aboutParked(delivery: Delivery): Parked {
  const ours = parkedOf(delivery)
  if (ours !== undefined) return ours
  const deaths = delivery.headers['x-death']
  const [death] = Array.isArray(deaths) ? (deaths as readonly (Death | null)[]) : []
  const { reason = 'put here by hand', queue: from = '?', time } = death ?? {}
  return { reason, at: time instanceof Date ? time.toISOString() : '?', from, attempts: [] }
}
