import type { ClientConnection } from '../../connection/stream/client-connection.ts'
import type { Queue } from '../../core/queue/queue.ts'
import { StreamQueue } from '../../core/queue/stream-queue.ts'
import type { ManagedBroker } from './context.ts'
import type { Measured, Numbers } from './rates.ts'

/** Everything that has rates. */
export function measureAll({ vhosts, connections }: ManagedBroker): readonly Measured[] {
  return [
    ...Array.from(vhosts).flatMap(({ queues }) =>
      Array.from(queues, (queue): Measured => [queue, { ...lengthsOf(queue), ...countsOf(queue) }]),
    ),
    ...Array.from(connections, (connection): Measured => [connection, trafficOf(connection)]),
  ]
}

/** The numbers of messages of one queue, or of several. */
export type Lengths = Readonly<
  Record<'messages' | 'messages_ready' | 'messages_unacknowledged', number>
>

/** A stream keeps what it delivers, so for RabbitMQ none of its messages is unacknowledged. */
export function lengthsOf(queue: Queue): Lengths {
  const { messageCount } = queue
  const unackedCount = queue instanceof StreamQueue ? 0 : queue.unackedCount
  return {
    messages: messageCount + unackedCount,
    messages_ready: messageCount,
    messages_unacknowledged: unackedCount,
  }
}

export function totalLengths(queues: Iterable<Queue>): Lengths {
  const total = { messages: 0, messages_ready: 0, messages_unacknowledged: 0 }
  for (const queue of queues) {
    const lengths = lengthsOf(queue)
    total.messages += lengths.messages
    total.messages_ready += lengths.messages_ready
    total.messages_unacknowledged += lengths.messages_unacknowledged
  }
  return total
}

export function countsOf({ counts }: Queue): Numbers {
  if (counts === undefined) return {}
  const { publish, deliver, deliverNoAck, get, getNoAck, getEmpty, redeliver, ack } = counts
  return {
    publish,
    deliver,
    deliver_no_ack: deliverNoAck,
    get,
    get_no_ack: getNoAck,
    get_empty: getEmpty,
    deliver_get: deliver + deliverNoAck + get + getNoAck,
    redeliver,
    ack,
  }
}

/** The system counts the bytes of a socket; those of other streams are not counted. */
export function trafficOf({ peer: { traffic } }: ClientConnection): Numbers {
  return traffic === undefined
    ? {}
    : { recv_oct: traffic.bytesRead, send_oct: traffic.bytesWritten }
}
