import type { ExchangeRegistry } from './exchange-registry.ts'
import { Exchange } from './exchange/exchange.ts'
import type { Route } from './exchange/routing-table.ts'
import type { QueueRegistry } from './queue-registry.ts'
import type { ReplyQueues } from './reply-queues.ts'
import type { RoutingTarget } from './routing-target.ts'

/** Finds the queues for a message. */
export class Router {
  readonly #exchanges: ExchangeRegistry
  readonly #queues: QueueRegistry
  readonly #replies: ReplyQueues
  /** The number of the current routing, which marks queues that were found: a set costs more. */
  #routing = 0

  constructor(parts: {
    readonly exchanges: ExchangeRegistry
    readonly queues: QueueRegistry
    readonly replies: ReplyQueues
  }) {
    this.#exchanges = parts.exchanges
    this.#queues = parts.queues
    this.#replies = parts.replies
  }

  /** Returns each queue once, no matter how many bindings lead to it. */
  route(exchange: Exchange, route: Route): readonly RoutingTarget[] {
    if (exchange.name === '') return this.#byName(route)
    const found: RoutingTarget[] = []
    const seen = new Set<Exchange>([exchange])
    this.#routing += 1
    // The loop also visits exchanges that are added to the set while it runs.
    for (const each of seen) this.#follow(each, route, { found, seen })
    return found
  }

  #follow(
    exchange: Exchange,
    route: Route,
    { found, seen }: { readonly found: RoutingTarget[]; readonly seen: Set<Exchange> },
  ): void {
    const routing = this.#routing
    let matched = false
    exchange.table.match(route, (destination) => {
      matched = true
      if (destination instanceof Exchange) seen.add(destination)
      else if (destination.lastRouting !== routing) {
        destination.lastRouting = routing
        found.push(destination)
      }
    })
    if (matched) return
    const alternate = exchange.alternate
    const next = alternate === undefined ? undefined : this.#exchanges.get(alternate)
    if (next !== undefined) seen.add(next)
  }

  /** The default exchange routes to the queue whose name is the routing key. */
  #byName({ routingKey, extraKeys }: Route): readonly RoutingTarget[] {
    const found: RoutingTarget[] = []
    this.#addNamed(routingKey, found)
    for (const key of extraKeys) this.#addNamed(key, found)
    return found
  }

  #addNamed(name: string, found: RoutingTarget[]): void {
    const target = this.#queues.get(name) ?? this.#replies.route(name)
    if (target !== undefined && !found.includes(target)) found.push(target)
  }
}
