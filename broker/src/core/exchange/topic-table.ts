import { preconditionFailed } from '../../protocol/faults.ts'
import type { BindingRule, Route, RoutingTable } from './routing-table.ts'
import { TopicTrie, wordsOf } from './topic-trie.ts'

/** The limit of RabbitMQ 4.3.5 and later: each `#` multiplies the work of matching. */
const mostHashes = 2

/** topic: a binding matches if its key is a pattern that the routing key matches. */
export class TopicTable<D> implements RoutingTable<D> {
  readonly #trie = new TopicTrie<D>()

  add({ routingKey }: BindingRule, destination: D): void {
    this.#trie.add(routingKey, destination)
  }

  remove({ routingKey }: BindingRule, destination: D): void {
    this.#trie.remove(routingKey, destination)
  }

  match({ routingKey, extraKeys }: Route, visit: (destination: D) => void): void {
    this.#trie.match(routingKey, visit)
    for (const key of extraKeys) this.#trie.match(key, visit)
  }
}

/** Throws RabbitMQ's error for a binding key with too many `#`. */
export function checkTopicKey(routingKey: string): void {
  const hashes = wordsOf(routingKey).filter((word) => word === '#').length
  if (hashes > mostHashes)
    throw preconditionFailed(
      `Topic binding key '${routingKey}' uses ${hashes} '#' wildcards, at most ${mostHashes} are allowed`,
    )
}
