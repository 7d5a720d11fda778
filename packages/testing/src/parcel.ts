/** What the shop sends. */
export interface Order {
  readonly id: number
  readonly country: string
  readonly items: readonly string[]
}

/** What the warehouse gets. */
export interface Parcel {
  readonly order: number
  readonly items: readonly string[]
  readonly customs: boolean
}

/** An order that no retry makes shippable. */
export class Unshippable extends Error {
  override readonly name = 'Unshippable'
}

const union: readonly string[] = ['DE', 'FR', 'IT', 'PL']

export function parcelFor({ id, country, items }: Order): Parcel {
  if (items.length === 0) throw new Unshippable(`order ${id} has no items`)
  return { order: id, items, customs: !union.includes(country) }
}

/** The order in the body of a message. Someone else wrote it, so nothing is certain. */
export function readOrder(body: unknown): Order {
  if (typeof body !== 'object' || body === null) throw new Unshippable('the body is not an order')
  const { id, country, items } = body as Partial<Record<keyof Order, unknown>>
  const isOrder = typeof id === 'number' && typeof country === 'string' && Array.isArray(items)
  if (!isOrder) throw new Unshippable('the body is not an order')
  return { id, country, items: items.map(String) }
}
