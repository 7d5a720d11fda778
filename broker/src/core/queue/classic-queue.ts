import type { Message } from '../message/message.ts'
import { BacklogQueue } from './backlog-queue.ts'
import { RoundRobinConsumerList } from './consumers/round-robin-consumer-list.ts'
import { SingleActiveConsumerList } from './consumers/single-active-consumer-list.ts'
import { FifoMessages } from './messages/fifo-messages.ts'
import { PriorityMessages } from './messages/priority-messages.ts'
import type { QueueEntry } from './messages/queue-entry.ts'
import type { QueueHost } from './queue-host.ts'
import type { QueueSpec } from './queue-spec.ts'

/** A classic queue: a requeued message returns to its position, no matter how often. */
export class ClassicQueue extends BacklogQueue {
  constructor(spec: QueueSpec, host: QueueHost) {
    const { maxPriority, singleActiveConsumer } = spec.settings
    super(spec, host, {
      ready: maxPriority ? new PriorityMessages(maxPriority) : new FifoMessages(),
      consumers: singleActiveConsumer
        ? new SingleActiveConsumerList({ replacesActive: false })
        : new RoundRobinConsumerList(),
    })
  }

  protected rejectsPublish(message: Message): boolean {
    const { maxLength, maxBytes, overflow } = this.settings
    if (overflow === 'drop-head') return false
    return this.length + 1 > maxLength || this.bytes + this.sizeOf(message) > maxBytes
  }

  // RabbitMQ's classic queue marks such a message as redelivered only if it has to wait.
  protected markFailed(entry: QueueEntry, hasConsumer: boolean): void {
    entry.redelivered = !hasConsumer
  }

  protected makeReadyAgain(entry: QueueEntry): void {
    this.addRequeued(entry)
  }
}
