import type { FieldTable } from '../../protocol/field-value.ts'

/** The part of a binding that decides which messages match. */
export interface BindingRule {
  readonly routingKey: string
  readonly arguments: FieldTable
}

/** The part of a message that decides where it is routed. */
export interface Route {
  readonly routingKey: string
  readonly extraKeys: readonly string[]
  readonly headers: FieldTable | undefined
}

/** The bindings of an exchange, in a structure that finds those that match without visiting all. */
export interface RoutingTable<D> {
  add(rule: BindingRule, destination: D): void
  remove(rule: BindingRule, destination: D): void
  /** Visits every matching destination, perhaps more than once. */
  match(route: Route, visit: (destination: D) => void): void
}
