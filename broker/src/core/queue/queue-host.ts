import type { Clock } from '../../clock.ts'
import type { DeathReason } from '../death.ts'
import type { EventHub } from '../events.ts'
import type { MemoryGauge } from '../memory.ts'
import type { Message } from '../message.ts'
import type { Queue } from './queue.ts'

/** What a queue needs of the virtual host that it lives in. */
export interface QueueHost {
  readonly vhost: string
  readonly clock: Clock
  readonly events: EventHub
  readonly memory: MemoryGauge
  /** How long a consumer of a quorum queue may keep a message, where no argument says. */
  readonly consumerTimeout: number
  deadLetter(queue: Queue, message: Message, reason: DeathReason): void
  /** The queue has had its last consumer, or nobody used it for as long as it said. */
  remove(queue: Queue): void
}
