import type { Clock } from '../../time/clock.ts'
import type { DeathReason } from '../message/death.ts'
import type { EventHub } from '../../events/event-hub.ts'
import type { MemoryGauge } from '../message/memory-gauge.ts'
import type { Message } from '../message/message.ts'
import type { Queue } from './queue.ts'

/** A message that died in a queue which has a dead letter exchange. */
export interface DeadLetter {
  readonly queue: Queue
  readonly message: Message
  /** How often its handling failed. */
  readonly failures: number
  readonly reason: DeathReason
}

/** What a queue needs of the virtual host that it lives in. */
export interface QueueHost {
  readonly vhost: string
  readonly clock: Clock
  readonly events: EventHub
  readonly memory: MemoryGauge
  /** How long a consumer of a quorum queue may keep a message, where no argument says. */
  readonly consumerTimeout: number
  deadLetter(letter: DeadLetter): void
  /** The queue has had its last consumer, or nobody used it for as long as it said. */
  remove(queue: Queue): void
}
