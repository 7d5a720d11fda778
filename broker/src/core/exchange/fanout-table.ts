import { CountedSet } from '../../collections/counted-set.ts'
import type { BindingRule, Route, RoutingTable } from './routing-table.ts'

/** fanout: every binding matches. */
export class FanoutTable<D> implements RoutingTable<D> {
  readonly #bag = new CountedSet<D>()

  add(_rule: BindingRule, destination: D): void {
    this.#bag.add(destination)
  }

  remove(_rule: BindingRule, destination: D): void {
    this.#bag.remove(destination)
  }

  match(_route: Route, visit: (destination: D) => void): void {
    this.#bag.visit(visit)
  }
}
