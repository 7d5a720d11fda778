// The queues of this lesson.
import {
  parkingQueueOptions,
  type Queue,
  type QueueOptions,
  type Session,
} from '@messaging-patterns/shared'

/** A queue by name, with the options of its declaration. */
export interface NamedQueue {
  readonly name: string
  readonly options: QueueOptions
}

/** Where messages go that nobody could handle. A person looks at them; no program consumes them. */
export const parkingQueue: NamedQueue = { name: 'retries.parked', options: parkingQueueOptions }

/** The broker parks messages as well, such as one that `delayed-retry` has rejected three times. */
const deadLetters = {
  'x-dead-letter-exchange': '',
  'x-dead-letter-routing-key': parkingQueue.name,
  // A dead letter can be lost on its way, unless the queue keeps it until it has arrived.
  'x-dead-letter-strategy': 'at-least-once',
  'x-overflow': 'reject-publish',
}

/** The work queue of `consumer` and `idempotent`. */
export const workQueue: NamedQueue = { name: 'retries', options: { arguments: deadLetters } }

/** With these arguments, a queue of RabbitMQ 4.3 delays a failed message itself. */
const delayedRetry = {
  // Delay a message after a reject or a crash, but not after a nack.
  'x-delayed-retry-type': 'failed',
  // The delay is the minimum times the number of failures, up to the maximum.
  'x-delayed-retry-min': 1000,
  'x-delayed-retry-max': 10_000,
  // Two failures may be retried. After the third one, the message is dead-lettered.
  'x-delivery-limit': 2,
}

/** The work queue of `delayed-retry`. */
export const delayedRetryQueue: NamedQueue = {
  name: 'retries.broker',
  options: { arguments: { ...deadLetters, ...delayedRetry } },
}

/** Declares a work queue, and before it the parking queue: its dead letters need a place to go. */
export async function declare(session: Session, queue: NamedQueue): Promise<Queue> {
  await session.queue(parkingQueue.name, parkingQueue.options)
  return session.queue(queue.name, queue.options)
}

/** The queues of the experiment `reject-or-nack`. Its queue gives up at the fourth failure. */
export const experiment = {
  deadLetters: { name: 'retries.experiment.dead', options: {} },
  queue: {
    name: 'retries.experiment',
    options: {
      arguments: {
        'x-delivery-limit': 3,
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': 'retries.experiment.dead',
      },
    },
  },
}
