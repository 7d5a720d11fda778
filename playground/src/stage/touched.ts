import type { Movement, Topology, Update } from '../picture/picture.ts'

/**
 * Leaves out what would hide the rest: if there are many queues and exchanges, only queues that messages have
 * been in, and exchanges that have led one to a queue. A worker that speaks Celery's protocol declares sixty that
 * wait for rare events, and publishes others that nobody listens for.
 */
export class Touched {
  readonly #most: number
  readonly #queues = new Set<string>()
  readonly #exchanges = new Set<string>()
  #topology: Topology | undefined
  /** How many queues and exchanges are left out. */
  left = 0

  /** By default as many queues and exchanges as a reader of a chapter can look at. */
  constructor(most = 14) {
    this.#most = most
  }

  filter(update: Update): Update {
    const before = this.#queues.size + this.#exchanges.size
    for (const movement of update.movements) this.#note(movement)
    this.#topology = update.topology ?? this.#topology
    const isNew = this.#queues.size + this.#exchanges.size > before
    const isChanged = update.topology !== undefined || (isNew && this.left > 0)
    const topology =
      isChanged && this.#topology !== undefined && this.#withoutOthers(this.#topology)
    const movements = update.movements.filter((movement) => this.#isShown(movement))
    return { ...update, movements, ...(topology !== false && { topology }) }
  }

  #isShown(movement: Movement): boolean {
    return this.left === 0 || !('exchange' in movement) || this.#exchanges.has(movement.exchange)
  }

  #note(movement: Movement): void {
    if ('queue' in movement) this.#queues.add(movement.queue)
    if (movement.type === 'routed') this.#exchanges.add(movement.exchange)
  }

  #withoutOthers(topology: Topology): Topology {
    const all = topology.queues.length + topology.exchanges.length
    if (all <= this.#most) {
      this.left = 0
      return topology
    }
    const queues = topology.queues.filter(({ name }) => this.#queues.has(name))
    const exchanges = topology.exchanges.filter(({ name }) => this.#exchanges.has(name))
    this.left = all - queues.length - exchanges.length
    return {
      ...topology,
      queues,
      exchanges,
      consumers: topology.consumers.filter(({ queue }) => this.#queues.has(queue)),
      bindings: topology.bindings.filter(({ source, destination, destinationType }) => {
        const places = destinationType === 'queue' ? this.#queues : this.#exchanges
        return this.#exchanges.has(source) && places.has(destination)
      }),
    }
  }
}
