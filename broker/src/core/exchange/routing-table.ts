import type { FieldTable } from '../../protocol/field-value.ts'

/** What of a binding decides which messages it takes. */
export interface BindingRule {
  readonly routingKey: string
  readonly arguments: FieldTable
}

/** What of a message decides where it goes. */
export interface Route {
  readonly routingKey: string
  readonly extraKeys: readonly string[]
  readonly headers: FieldTable | undefined
}

/** The bindings of one exchange, laid out so that those which do not match cost nothing. */
export interface RoutingTable<D> {
  add(rule: BindingRule, destination: D): void
  remove(rule: BindingRule, destination: D): void
  /** Visits every destination that matches, some perhaps more than once. */
  match(route: Route, visit: (destination: D) => void): void
}
