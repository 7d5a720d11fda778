import type { Way } from '../motion/ways.ts'
import type { Consumer, Movement } from '../state/update.ts'

/**
 * Where messages have moved although nothing in the topology says that they may: from programs to
 * exchanges, from queues to dead letter exchanges, and through the default exchange.
 */
export class Traffic {
  readonly #ways = new Map<string, Way>()
  readonly #places = new Set<string>()
  /** Whether the program has published before it received anything. */
  readonly #publishedFirst = new Map<string, boolean>()

  /** Programs that have consumed, or were given a message without. */
  readonly #receivers = new Set<string>()

  note(movement: Movement, way: Way | undefined): void {
    if (way === undefined) return
    if (movement.type === 'published' && movement.program !== undefined)
      this.#noteRole(movement.program, true)
    if (movement.type === 'delivered' && movement.program !== undefined) {
      this.#noteRole(movement.program, false)
      this.#receivers.add(movement.program)
    }
    // The others go along the ways of the topology, or back on them.
    const isOwn =
      movement.type === 'published' ||
      movement.type === 'dead-lettered' ||
      (movement.type === 'delivered' && movement.tag === '') ||
      (movement.type === 'routed' && movement.exchange === '')
    if (isOwn) this.#add(way)
  }

  noteConsumers(consumers: readonly Consumer[]): void {
    for (const { program } of consumers) this.#receivers.add(program)
  }

  ways(): Iterable<Way> {
    return this.#ways.values()
  }

  uses(place: string): boolean {
    return this.#places.has(place)
  }

  /** Whether the program belongs on the side of the producers: RPC clients do, though they consume. */
  isProducer(program: string, consumes: boolean): boolean {
    return this.#publishedFirst.get(program) ?? !(consumes || this.#receivers.has(program))
  }

  /** Whether the program has a place for messages, though it may have no consumer anymore. */
  hasReceived(program: string): boolean {
    return this.#receivers.has(program)
  }

  #noteRole(program: string, publishes: boolean): void {
    if (!this.#publishedFirst.has(program)) this.#publishedFirst.set(program, publishes)
  }

  #add(way: Way): void {
    this.#ways.set(`${way.from}>${way.to}`, way)
    this.#places.add(way.from).add(way.to)
  }
}
