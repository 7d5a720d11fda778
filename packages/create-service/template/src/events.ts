import type { Headers } from '@messaging-patterns/shared'
import { z } from 'zod'

/** The data of `order.placed`. A change that old consumers cannot read needs a new version. */
const orderPlaced = z.object({
  customer: z.email(),
  amount: z.int().positive().describe('In cents'),
})

/** The name is also the routing key. */
export const orderPlacedName = 'order.placed'

const schemaName = `urn:my-service:${orderPlacedName}:1`

export interface OrderPlaced {
  /** The same for all copies of the event. */
  readonly id: string
  readonly time: string
  readonly orderId: string
  readonly data: z.infer<typeof orderPlaced>
}

/** No other attempt will make this message readable, so it is parked at once. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent'
}

/** The metadata as headers, in the binary mode of CloudEvents. The data is the body. */
export function headersOf(event: OrderPlaced): Record<string, string> {
  return {
    'cloudEvents:specversion': '1.0',
    'cloudEvents:id': event.id,
    'cloudEvents:source': '/my-service',
    'cloudEvents:type': orderPlacedName,
    'cloudEvents:subject': event.orderId,
    'cloudEvents:time': event.time,
    'cloudEvents:dataschema': schemaName,
  }
}

/** The event of a message. Throws an {@link UnreadableEvent}. */
export function readEvent(headers: Headers, body: unknown): OrderPlaced {
  const header = (key: string): string => {
    const value = headers[`cloudEvents:${key}`]
    if (typeof value === 'string') return value
    throw new UnreadableEvent(`the header cloudEvents:${key} is missing`)
  }
  const schema = header('dataschema')
  if (schema !== schemaName) throw new UnreadableEvent(`the schema "${schema}" is unknown`)
  const { success, data, error } = orderPlaced.safeParse(body)
  if (!success) throw new UnreadableEvent(z.prettifyError(error))
  return { id: header('id'), time: header('time'), orderId: header('subject'), data }
}
