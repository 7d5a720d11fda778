import { BacklogQueue } from '../../core/queue/backlog-queue.ts'
import type { Queue } from '../../core/queue/queue.ts'
import { StreamQueue } from '../../core/queue/stream-queue.ts'
import { nodeName } from '../../settings/node-name.ts'
import type { Subscription } from '../../stream-protocol/consuming/subscription.ts'
import type { JsonObject } from '../format/json-fields.ts'
import { openConnections } from './connections.ts'
import type { ManagementContext } from './context.ts'
import { countsOf, lengthsOf } from './measurements.ts'
import type { Rates } from './rates.ts'
import { allSubscriptions } from './stream-clients.ts'

/** The statistics of queues at the time of a request. */
export class QueueStatistics {
  readonly #rates: Rates
  readonly #subscriptions: readonly Subscription[]
  readonly #unackedBytes: ReadonlyMap<Queue, number>

  constructor(broker: ManagementContext) {
    this.#rates = broker.rates
    this.#subscriptions = allSubscriptions(broker).map(({ subscription }) => subscription)
    this.#unackedBytes = unackedBytes(broker)
  }

  of(queue: Queue): JsonObject {
    const counts = countsOf(queue)
    const isUnused = Object.values(counts).every((count) => count === 0)
    return {
      ...this.#rates.of(queue, lengthsOf(queue)),
      ...(queue instanceof StreamQueue && this.#consumersOf(queue)),
      ...(queue instanceof BacklogQueue && this.#bytesOf(queue)),
      ...(!isUnused && { message_stats: this.#rates.of(queue, counts) }),
    }
  }

  /** Clients of both protocols consume a stream. */
  #consumersOf(stream: StreamQueue): JsonObject {
    const { consumerCount } = stream
    const idle = this.#subscriptions.filter(
      ({ spec, isReading }) => spec.stream === stream && !isReading,
    )
    return {
      consumers: consumerCount,
      readers: { [nodeName]: consumerCount - idle.length },
    }
  }

  #bytesOf(queue: BacklogQueue): JsonObject {
    const unacked = this.#unackedBytes.get(queue) ?? 0
    return {
      message_bytes: queue.bytes + unacked,
      message_bytes_ready: queue.bytes,
      message_bytes_unacknowledged: unacked,
    }
  }
}

/** No counter follows this while messages move, so it is added up for each request. */
function unackedBytes(broker: ManagementContext): ReadonlyMap<Queue, number> {
  const bytes = new Map<Queue, number>()
  for (const connection of openConnections(broker))
    for (const { unacked } of connection.channels ?? [])
      for (const { queue, entry } of unacked)
        bytes.set(queue, (bytes.get(queue) ?? 0) + entry.message.size)
  return bytes
}
