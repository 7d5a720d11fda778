import type { Destination } from './binding.ts'
import type { ExchangeRegistry } from './exchange-registry.ts'
import { Exchange } from './exchange/exchange.ts'
import type { Route } from './exchange/routing-table.ts'
import type { QueueRegistry } from './queue-registry.ts'
import type { ReplyQueues, Target } from './reply-queues.ts'

/** Finds where a message goes. */
export class Router {
  readonly #exchanges: ExchangeRegistry
  readonly #queues: QueueRegistry
  readonly #replies: ReplyQueues

  constructor(parts: {
    readonly exchanges: ExchangeRegistry
    readonly queues: QueueRegistry
    readonly replies: ReplyQueues
  }) {
    this.#exchanges = parts.exchanges
    this.#queues = parts.queues
    this.#replies = parts.replies
  }

  /** Each queue once, however many bindings lead to it. */
  route(exchange: Exchange, route: Route): ReadonlySet<Target> {
    if (exchange.name === '') return this.#byName(route)
    const found = new Set<Target>()
    const seen = new Set<Exchange>([exchange])
    // A set hands out what is added to it while it is walked: exchanges bound to exchanges.
    for (const each of seen) this.#follow(each, route, { found, seen })
    return found
  }

  #follow(
    exchange: Exchange,
    route: Route,
    { found, seen }: { readonly found: Set<Target>; readonly seen: Set<Exchange> },
  ): void {
    let matched = false
    const visit = (destination: Destination): void => {
      matched = true
      if (destination instanceof Exchange) seen.add(destination)
      else found.add(destination)
    }
    exchange.table.match(route, visit)
    if (matched) return
    const alternate = exchange.alternate
    const next = alternate === undefined ? undefined : this.#exchanges.get(alternate)
    if (next !== undefined) seen.add(next)
  }

  /** The default exchange: to the queue of the name that the routing key is. */
  #byName({ routingKey, extraKeys }: Route): ReadonlySet<Target> {
    const found = new Set<Target>()
    this.#addNamed(routingKey, found)
    for (const key of extraKeys) this.#addNamed(key, found)
    return found
  }

  #addNamed(name: string, found: Set<Target>): void {
    const target = this.#queues.get(name) ?? this.#replies.route(name)
    if (target !== undefined) found.add(target)
  }
}
