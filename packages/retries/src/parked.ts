// What is known of a parked message. How much that is depends on who parked it.
import { parkedOf, type Delivery, type Parked } from '@messaging-patterns/shared'

/** Of what the broker dead-lettered it tells this much, in a header that only it may write. */
interface Death {
  readonly reason: string
  readonly queue: string
  readonly time: Date
}

/** From our own headers if we parked it, else from the broker's, which know no history. */
export function aboutParked(delivery: Delivery): Parked {
  const ours = parkedOf(delivery)
  if (ours !== undefined) return ours
  const deaths = delivery.headers['x-death']
  const [death] = Array.isArray(deaths) ? (deaths as readonly Death[]) : []
  if (death === undefined) return { reason: 'put here by hand', at: '?', from: '?', attempts: [] }
  return { reason: death.reason, at: death.time.toISOString(), from: death.queue, attempts: [] }
}
