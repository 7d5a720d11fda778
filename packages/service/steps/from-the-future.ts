import type { Exchange } from '@messaging-patterns/shared'

import { dataSchema, headersOf } from '../src/messages/envelope.ts'

/** Publishes a version of `order.placed` that this service does not know yet. */
export async function publishVersion3(exchange: Exchange): Promise<void> {
  const event = {
    id: '018f3a52-0000-7000-8000-00000000000a',
    name: 'order.placed',
    orderId: '018f3a52-0000-7000-8000-00000000000b',
    time: '2026-11-27T00:00:00.000Z',
    data: { customer: 'ada@example.com', sku: 'tea', quantity: 2, amount: 900, currency: 'EUR' },
  } as const
  const dataschema = dataSchema('order.placed', 3)
  const headers = { ...headersOf(event), 'cloudEvents:dataschema': dataschema }
  await exchange.publish('order.placed', event.data, { messageId: event.id, headers })
}
