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
  /** The number of the routing in progress. A queue that has it was found already: a set costs more. */
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

  /** Each queue once, however many bindings lead to it. */
  route(exchange: Exchange, route: Route): readonly Target[] {
    if (exchange.name === '') return this.#byName(route)
    const found: Target[] = []
    const seen = new Set<Exchange>([exchange])
    this.#routing += 1
    // A loop over a set also visits what is added meanwhile: exchanges bound to exchanges.
    for (const each of seen) this.#follow(each, route, { found, seen })
    return found
  }

  #follow(
    exchange: Exchange,
    route: Route,
    { found, seen }: { readonly found: Target[]; readonly seen: Set<Exchange> },
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

  /** The default exchange: to the queue of the name that the routing key is. */
  #byName({ routingKey, extraKeys }: Route): readonly Target[] {
    const found: Target[] = []
    this.#addNamed(routingKey, found)
    for (const key of extraKeys) this.#addNamed(key, found)
    return found
  }

  #addNamed(name: string, found: Target[]): void {
    const target = this.#queues.get(name) ?? this.#replies.route(name)
    if (target !== undefined && !found.includes(target)) found.push(target)
  }
}
