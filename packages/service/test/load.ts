import { inFlight } from '@messaging-patterns/shared'
import { deadline, waitFor } from '@messaging-patterns/testkit'

import { openDatabase } from '../src/storage/open-database.ts'
import { kinds, type Ordered } from './ledger.ts'
import { Shop } from './shop.ts'

/** A busy machine with two cores completes a dozen orders per second. */
export function slow(count: number): { readonly timeout: number; readonly interval: number } {
  return { timeout: deadline + count * 100, interval: 100 }
}

/** Orders of all kinds, 32 at a time. */
export class Load {
  readonly ordered: readonly Ordered[]
  readonly #shop: Shop
  #answered = 0

  constructor(url: string, count: number) {
    this.#shop = new Shop(() => url)
    this.ordered = Array.from(
      { length: count },
      (_, index) => kinds[index % kinds.length] as Ordered,
    )
  }

  async placeAll(): Promise<void> {
    const placed = inFlight(this.ordered, (order) => this.#place(order), { window: 32 })
    while ((await placed.next()).done !== true);
  }

  async #place({ sku, quantity }: Ordered): Promise<void> {
    await this.#shop.place(sku, quantity)
    this.#answered += 1
  }

  /** Resolves when `count` orders were answered. */
  async answers(count: number): Promise<void> {
    await waitFor(`${count} answers`, () => this.#answered >= count, slow(count))
  }
}

export async function allEnded(url: string, count: number): Promise<void> {
  await using database = await openDatabase(url)
  await waitFor(
    'the end of all orders',
    async () => {
      const rows = await database.query(
        "select 1 from sagas where state not in ('completed', 'cancelled') limit 1",
      )
      return rows.length === 0
    },
    slow(count),
  )
}
