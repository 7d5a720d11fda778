import { CountedSet } from '../../collections/counted-set.ts'
import type { BindingRule, Route, RoutingTable } from './routing-table.ts'

/** direct: a binding matches if its key is the routing key. */
export class DirectTable<D> implements RoutingTable<D> {
  readonly #byKey = new Map<string, CountedSet<D>>()

  add({ routingKey }: BindingRule, destination: D): void {
    const bag = this.#byKey.get(routingKey) ?? new CountedSet<D>()
    bag.add(destination)
    this.#byKey.set(routingKey, bag)
  }

  remove({ routingKey }: BindingRule, destination: D): void {
    const bag = this.#byKey.get(routingKey)
    bag?.remove(destination)
    if (bag?.empty === true) this.#byKey.delete(routingKey)
  }

  match({ routingKey, extraKeys }: Route, visit: (destination: D) => void): void {
    this.#byKey.get(routingKey)?.visit(visit)
    for (const key of extraKeys) this.#byKey.get(key)?.visit(visit)
  }
}
