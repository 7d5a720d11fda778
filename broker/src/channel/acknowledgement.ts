import type { QueueEntry } from '../core/queue/messages/queue-entry.ts'
import type { Queue } from '../core/queue/queue.ts'
import type { UnackedDelivery } from './unacked.ts'

/** What a client did with a delivery: basic.ack, or basic.nack or basic.reject with or without requeue. */
export type Acknowledgement = 'ack' | 'nack' | 'nack-requeue' | 'reject' | 'reject-requeue'

/** Applies an acknowledgement to deliveries that were taken from the unacked ones. */
export function acknowledge(
  acknowledgement: Acknowledgement,
  deliveries: readonly UnackedDelivery[],
): void {
  for (const group of byConsumer(deliveries)) acknowledgeGroup(acknowledgement, group)
}

/**
 * RabbitMQ acknowledges the messages of one consumer after the other, in the order of the consumer
 * tags, and delivers requeued messages in between.
 */
function byConsumer(deliveries: readonly UnackedDelivery[]): Iterable<readonly UnackedDelivery[]> {
  if (deliveries.length === 1) return [deliveries]
  const groups = new Map<string, UnackedDelivery[]>()
  for (const delivery of deliveries) {
    const key = JSON.stringify([delivery.queue.name, delivery.consumer?.tag ?? ''])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [delivery])
    else group.push(delivery)
  }
  if (groups.size === 1) return groups.values()
  return Array.from(groups)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, group]) => group)
}

function acknowledgeGroup(
  acknowledgement: Acknowledgement,
  group: readonly UnackedDelivery[],
): void {
  for (const { queue, entry, consumer } of group) {
    apply(acknowledgement, queue, entry)
    consumer?.acknowledged()
  }
  const [{ queue, consumer } = {}] = group
  if (consumer !== undefined) queue?.resume(consumer)
  if (acknowledgement === 'nack-requeue' || acknowledgement === 'reject-requeue')
    queue?.deliverReady()
}

// In RabbitMQ 4.3 a reject counts as a failure, and a nack does not.
function apply(acknowledgement: Acknowledgement, queue: Queue, entry: QueueEntry): void {
  switch (acknowledgement) {
    case 'ack':
      return queue.ack(entry)
    case 'nack':
      return queue.reject(entry, false)
    case 'reject':
      return queue.reject(entry, true)
    case 'nack-requeue':
      return queue.requeue(entry, false)
    case 'reject-requeue':
      return queue.requeue(entry, true)
  }
}
