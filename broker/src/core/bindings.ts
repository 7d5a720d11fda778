import type { BindingEvent } from '../events/broker-events.ts'
import type { EventHub } from '../events/event-hub.ts'
import { preconditionFailed } from '../protocol/faults.ts'
import { canonicalTable } from '../protocol/field-equality.ts'
import { Exchange, type Destination } from './exchange/exchange.ts'
import type { BindingRule } from './exchange/routing-table.ts'

/** One binding from an exchange to a queue or to another exchange. */
export interface Binding extends BindingRule {
  readonly source: Exchange
  readonly destination: Destination
}

/** The bindings of a virtual host. */
export class Bindings {
  readonly #vhost: string
  readonly #events: EventHub
  readonly #onUnused: (exchange: Exchange) => void
  readonly #bySource = new Map<Exchange, Map<string, Binding>>()
  readonly #byDestination = new Map<Destination, Set<Binding>>()

  /** Calls `onUnused` with an exchange that has lost its last binding. */
  constructor(vhost: string, events: EventHub, onUnused: (exchange: Exchange) => void) {
    this.#vhost = vhost
    this.#events = events
    this.#onUnused = onUnused
  }

  /** The bindings from `source`, in the order in which they were made. */
  from(source: Exchange): readonly Binding[] {
    return Array.from(this.#bySource.get(source)?.values() ?? [])
  }

  /** Throws if there is a binding from `source`. */
  assertUnused(source: Exchange): void {
    if (this.#bySource.has(source)) throw preconditionFailed(`${source.title} in use`)
  }

  /** If the same binding exists, it stays as it is. */
  add(source: Exchange, destination: Destination, rule: BindingRule): void {
    source.check(rule)
    const key = bindingKey(destination, rule)
    const outgoing = this.#bySource.get(source) ?? new Map<string, Binding>()
    if (outgoing.has(key)) return
    const { routingKey } = rule
    const binding = { source, destination, routingKey, arguments: rule.arguments }
    const incoming = this.#byDestination.get(destination) ?? new Set<Binding>()
    this.#bySource.set(source, outgoing.set(key, binding))
    this.#byDestination.set(destination, incoming.add(binding))
    source.table.add(rule, destination)
    this.#events.emit('bound', this.#event(binding))
  }

  /** Does nothing if there is no such binding. */
  remove(source: Exchange, destination: Destination, rule: BindingRule): void {
    const binding = this.#bySource.get(source)?.get(bindingKey(destination, rule))
    if (binding !== undefined) this.#remove(binding)
  }

  /** Removes all bindings to `destination`, which was deleted. */
  removeTo(destination: Destination): void {
    for (const binding of Array.from(this.#byDestination.get(destination) ?? []))
      this.#remove(binding)
  }

  /** Removes all bindings from `source`, which was deleted. */
  removeFrom(source: Exchange): void {
    for (const binding of this.#bySource.get(source)?.values() ?? []) {
      this.#forgetIncoming(binding)
      this.#events.emit('unbound', this.#event(binding))
    }
    this.#bySource.delete(source)
  }

  #remove(binding: Binding): void {
    const { source, destination } = binding
    const outgoing = this.#bySource.get(source)
    outgoing?.delete(bindingKey(destination, binding))
    if (outgoing?.size === 0) this.#bySource.delete(source)
    this.#forgetIncoming(binding)
    source.table.remove(binding, destination)
    this.#events.emit('unbound', this.#event(binding))
    if (!this.#bySource.has(source)) this.#onUnused(source)
  }

  #forgetIncoming(binding: Binding): void {
    const incoming = this.#byDestination.get(binding.destination)
    incoming?.delete(binding)
    if (incoming?.size === 0) this.#byDestination.delete(binding.destination)
  }

  #event({ source, destination, routingKey }: Binding): BindingEvent {
    return {
      vhost: this.#vhost,
      source: source.name,
      destination: destination.name,
      destinationType: destinationType(destination),
      routingKey,
    }
  }
}

export function destinationType(destination: Destination): 'queue' | 'exchange' {
  return destination instanceof Exchange ? 'exchange' : 'queue'
}

/** Two bindings of an exchange with the same key are the same binding. */
function bindingKey(destination: Destination, rule: BindingRule): string {
  const type = destinationType(destination)
  return JSON.stringify([type, destination.name, rule.routingKey, canonicalTable(rule.arguments)])
}
