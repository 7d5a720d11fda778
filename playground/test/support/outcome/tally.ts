import type { Message, Movement, Topology, Update } from '../../../src/picture/update.ts'
import { deathsOf } from './deaths.ts'
import type { Death, Outcome, QueueOutcome } from '../../../src/scenes/stage/scene.ts'

/** Counts what updates report, for the comparison with what a scene expects. */
export class Tally {
  readonly #deliveries = new Map<string, number>()
  readonly #messages = new Map<number, Message>()
  /** The messages in each queue, in the order in which they came. */
  readonly #contents = new Map<string, Set<number>>()
  #topology: Topology | undefined

  get outcome(): Outcome {
    const queues = (this.#topology?.queues ?? []).map(
      ({ name, ready, unacked }): [string, QueueOutcome] => {
        const deaths = this.#deathsIn(name)
        return [name, { ready, unacked, ...(deaths.length > 0 && { deaths }) }]
      },
    )
    return {
      queues: Object.fromEntries(queues),
      deliveries: Object.fromEntries(this.#deliveries),
    }
  }

  add({ topology, movements, messages }: Update): void {
    if (topology !== undefined) this.#topology = topology
    for (const message of messages) this.#messages.set(message.id, message)
    for (const movement of movements) this.#move(movement)
  }

  #move(movement: Movement): void {
    switch (movement.type) {
      case 'routed':
        this.#contentsOf(movement.queue).add(movement.message)
        break
      case 'delivered':
        if (movement.program !== undefined)
          this.#deliveries.set(movement.program, (this.#deliveries.get(movement.program) ?? 0) + 1)
        break
      case 'acked':
      case 'dead-lettered':
        this.#contentsOf(movement.queue).delete(movement.message)
        break
      case 'purged':
        this.#contents.delete(movement.queue)
        break
      case 'published':
      case 'unroutable':
      case 'requeued':
        break
    }
  }

  #contentsOf(queue: string): Set<number> {
    const contents = this.#contents.get(queue) ?? new Set()
    this.#contents.set(queue, contents)
    return contents
  }

  #deathsIn(queue: string): readonly (readonly Death[])[] {
    return Array.from(this.#contents.get(queue) ?? [], (id) =>
      deathsOf(this.#messages.get(id)?.headers ?? {}),
    ).filter((deaths) => deaths.length > 0)
  }
}
