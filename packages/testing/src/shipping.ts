import type { Session, Subscription } from '@messaging-patterns/shared'

import { parcelFor, readOrder, Unshippable } from './parcel.ts'

/** Turns orders into parcels, until the subscription is cancelled. */
export async function startShipping(session: Session): Promise<Subscription> {
  const orders = await session.queue('orders.shipping')
  const parcels = await session.queue('parcels')
  return orders.consume(
    async (delivery) => {
      const parcel = parcelFor(readOrder(delivery.body))
      // Made from the order's number: a second copy has the same id, and the warehouse recognizes it.
      await parcels.send(parcel, { messageId: `parcel-${parcel.order}` })
    },
    {
      retry: {
        attempts: 3,
        delay: { from: 1000, factor: 2 },
        hopeless: (error) => error instanceof Unshippable,
      },
    },
  )
}
