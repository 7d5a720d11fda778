import type { EventHub } from '../../events/event-hub.ts'
import type { Clock } from '../../time/clock.ts'
import type { DeadLettering } from '../message/dead-letter.ts'
import type { MemoryGauge } from '../message/memory-gauge.ts'
import type { Message } from '../message/message.ts'
import type { MessageFormat } from '../stream/message-format.ts'

/** What a queue needs from its virtual host. */
export interface QueueHost {
  readonly vhost: string
  readonly clock: Clock
  readonly events: EventHub
  readonly memory: MemoryGauge
  /** Milliseconds for an acknowledgement (quorum queues), unless an argument says otherwise. */
  readonly consumerTimeout: number
  /** Whether queues count what they do with messages. */
  readonly countsMessages: boolean
  /** How a stream stores its messages. */
  createMessageFormat(): MessageFormat
  publishDeadLetter(message: Message, death: DeadLettering): void
  deleteQueue(name: string): void
}
