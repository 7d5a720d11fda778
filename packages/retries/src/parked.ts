// What is known about a parked message. How much that is depends on who parked it.
import { parkedOf, type Delivery, type Parked } from '@messaging-patterns/shared'

/**
 * What the broker notes when it dead-letters a message, in a header that only the broker may write.
 */
interface Death {
  readonly reason: string
  readonly queue: string
  readonly time: Date
}

/** From our own headers if we parked it, else from the broker's, which do not list attempts. */
export function aboutParked(delivery: Delivery): Parked {
  const ours = parkedOf(delivery)
  if (ours !== undefined) return ours
  const deaths = delivery.headers['x-death']
  const [death] = Array.isArray(deaths) ? (deaths as readonly Death[]) : []
  if (death === undefined) return { reason: 'put here by hand', at: '?', from: '?', attempts: [] }
  return { reason: death.reason, at: death.time.toISOString(), from: death.queue, attempts: [] }
}
