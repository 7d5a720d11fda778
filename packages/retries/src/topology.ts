// What the programs of this lesson agree on: where work waits, and where it ends when all fails.
import { parkingQueueOptions, type Queue, type Session } from '@messaging-patterns/shared'

/** Where messages go that nobody could handle. A person looks at them, no program consumes them. */
const parkingQueueName = 'retries.parked'

export function parkingQueue(session: Session): Promise<Queue> {
  return session.queue(parkingQueueName, parkingQueueOptions)
}

/** Who makes a failed message wait: queues of ours, or the broker's own delayed retry. */
export const ways = ['queue', 'broker'] as const
export type Way = (typeof ways)[number]

export const workQueueNames: Readonly<Record<Way, string>> = {
  queue: 'retries',
  broker: 'retries.broker',
}

/** What the broker itself gives up is parked too: a message that killed its worker 20 times. */
const deadLetters = {
  'x-dead-letter-exchange': '',
  'x-dead-letter-routing-key': parkingQueueName,
  // A dead letter may get lost on its way, unless the queue keeps it until it has arrived.
  'x-dead-letter-strategy': 'at-least-once',
  'x-overflow': 'reject-publish',
}

/** RabbitMQ 4.3 keeps a failed message back by itself, if the queue was declared like this. */
const delayedRetry = {
  // After a reject or a crash, that is; not after a nack.
  'x-delayed-retry-type': 'failed',
  // The delay is the minimum times the number of failures, up to the maximum.
  'x-delayed-retry-min': 1000,
  'x-delayed-retry-max': 10_000,
  // After two failures there is a third attempt, and no fourth.
  'x-delivery-limit': 2,
}

export async function workQueue(session: Session, way: Way): Promise<Queue> {
  // There must be somewhere to park before there is anything to be parked.
  await parkingQueue(session)
  return session.queue(workQueueNames[way], {
    arguments: way === 'queue' ? deadLetters : { ...deadLetters, ...delayedRetry },
  })
}

/** The delayed retry of quorum queues is that new; an older broker passes over the arguments. */
export function versionFor(way: string): string | undefined {
  return way === 'broker' ? '4.3' : undefined
}
