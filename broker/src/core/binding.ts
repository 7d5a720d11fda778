import { canonicalTable } from '../protocol/field-equality.ts'
import type { BindingRule } from './exchange/routing-table.ts'
import type { Exchange } from './exchange/exchange.ts'
import { Queue } from './queue/queue.ts'

/** Where a binding leads. */
export type Destination = Queue | Exchange

/** One binding from an exchange. */
export interface Binding extends BindingRule {
  readonly source: Exchange
  readonly destination: Destination
}

export function destinationType(destination: Destination): 'queue' | 'exchange' {
  return destination instanceof Queue ? 'queue' : 'exchange'
}

/** What makes a binding of an exchange one of a kind: a second one like it is no other. */
export function bindingKey(destination: Destination, rule: BindingRule): string {
  const type = destinationType(destination)
  return JSON.stringify([type, destination.name, rule.routingKey, canonicalTable(rule.arguments)])
}
