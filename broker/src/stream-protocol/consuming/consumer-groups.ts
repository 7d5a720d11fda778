import type { StreamQueue } from '../../core/queue/stream-queue.ts'
import { ConsumerGroup } from './consumer-group.ts'

/** The groups of single active consumers of a broker: one for each stream and name. */
export class ConsumerGroups {
  readonly #byStream = new Map<StreamQueue, Map<string, ConsumerGroup>>()

  get(stream: StreamQueue, name: string): ConsumerGroup | undefined {
    return this.#byStream.get(stream)?.get(name)
  }

  /** The group, which is created if there is none. It is gone when its last member has left. */
  join(stream: StreamQueue, name: string, partitionIndex: number): ConsumerGroup {
    const groups = this.#byStream.get(stream) ?? new Map<string, ConsumerGroup>()
    const group =
      groups.get(name) ?? new ConsumerGroup(partitionIndex, () => this.#remove(stream, name))
    this.#byStream.set(stream, groups.set(name, group))
    return group
  }

  #remove(stream: StreamQueue, name: string): void {
    const groups = this.#byStream.get(stream)
    groups?.delete(name)
    if (groups?.size === 0) this.#byStream.delete(stream)
  }
}
