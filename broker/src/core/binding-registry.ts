import { bindingKey, destinationType, type Binding, type Destination } from './binding.ts'
import type { BindingEvent, EventHub } from './events.ts'
import type { Exchange } from './exchange/exchange.ts'
import type { BindingRule } from './exchange/routing-table.ts'

/** Adds and removes the bindings of a virtual host. */
export class BindingRegistry {
  readonly #vhost: string
  readonly #events: EventHub
  readonly #onUnused: (exchange: Exchange) => void

  /** `onUnused` hears of an exchange that has lost its last binding. */
  constructor(vhost: string, events: EventHub, onUnused: (exchange: Exchange) => void) {
    this.#vhost = vhost
    this.#events = events
    this.#onUnused = onUnused
  }

  /** A binding that is there already stays as it is. */
  add(source: Exchange, destination: Destination, rule: BindingRule): void {
    source.check(rule)
    const key = bindingKey(destination, rule)
    if (source.outgoing.has(key)) return
    const { routingKey } = rule
    const binding = { source, destination, routingKey, arguments: rule.arguments }
    source.outgoing.set(key, binding)
    destination.incoming.add(binding)
    source.table.add(rule, destination)
    this.#events.emit('bound', this.#event(binding))
  }

  /** A binding that is not there is no error. */
  remove(source: Exchange, destination: Destination, rule: BindingRule): void {
    const binding = source.outgoing.get(bindingKey(destination, rule))
    if (binding !== undefined) this.#remove(binding)
  }

  /** Removes all bindings to `destination`, which is gone. */
  removeTo(destination: Destination): void {
    for (const binding of Array.from(destination.incoming)) this.#remove(binding)
  }

  /** Removes all bindings from `source`, which is gone. */
  removeFrom(source: Exchange): void {
    for (const binding of source.outgoing.values()) {
      binding.destination.incoming.delete(binding)
      this.#events.emit('unbound', this.#event(binding))
    }
    source.outgoing.clear()
  }

  #remove(binding: Binding): void {
    const { source, destination } = binding
    source.outgoing.delete(bindingKey(destination, binding))
    destination.incoming.delete(binding)
    source.table.remove(binding, destination)
    this.#events.emit('unbound', this.#event(binding))
    if (source.outgoing.size === 0) this.#onUnused(source)
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
