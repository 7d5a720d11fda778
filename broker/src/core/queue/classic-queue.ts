import type { Message } from '../message/message.ts'
import type { QueueEntry } from './messages/queue-entry.ts'
import type { QueueHost } from './queue-host.ts'
import { Queue, type QueueSpec } from './queue.ts'
import { FifoMessages, PriorityMessages } from './messages/ready-messages.ts'
import { SharedLine } from './consumers/round-robin-consumer-list.ts'
import { SingleActiveLine } from './consumers/single-active-consumer-list.ts'

/** A message that comes back goes to where it was, as often as it likes. */
export class ClassicQueue extends Queue {
  constructor(spec: QueueSpec, host: QueueHost) {
    const { maxPriority, singleActiveConsumer } = spec.settings
    super(spec, host, {
      ready: maxPriority ? new PriorityMessages(maxPriority) : new FifoMessages(),
      line: singleActiveConsumer
        ? new SingleActiveLine({ higherTakesOver: false })
        : new SharedLine(),
    })
  }

  protected override refuses(message: Message): boolean {
    const { maxLength, maxBytes, overflow } = this.settings
    if (overflow === 'drop-head') return false
    return this.length + 1 > maxLength || this.bytes + this.sizeOf(message) > maxBytes
  }

  // RabbitMQ's classic queue tells so of a message that had to wait in it alone.
  protected override arrivedFailed(entry: QueueEntry, direct: boolean): void {
    entry.redelivered = !direct
  }

  protected override restore(entry: QueueEntry): void {
    this.restoreReady(entry)
  }
}
