// The two ways of trying again later. Both keep the messages behind a failed one going.
import {
  MessagingError,
  type Delivery,
  type Queue,
  type Subscription,
} from '@messaging-patterns/shared'

type Handler = (delivery: Delivery) => void

/** What is shown of a delivery besides its text and attempt: facts, and the rest of the line. */
export interface Outcome {
  readonly rest?: string
  readonly error?: string
  readonly retryInMs?: number | undefined
  readonly parkedIn?: string | undefined
}

interface Around {
  readonly say: (delivery: Delivery, event: string, outcome: Outcome) => void
  readonly limit: number | undefined
  readonly signal: AbortSignal
}

interface Delays {
  readonly attempts: number
  readonly delay: number
  readonly jitter: number
}

type Consume = (queue: Queue, handler: Handler, around: Around) => Promise<Subscription>

/**
 * By queues of ours. A failed message is put into a queue in which it only waits: there is one for
 * each delay ("retries.retry.1000"), and the broker moves a message whose time is up back to
 * "retries". Works on any RabbitMQ, and the message carries the story of its failures.
 */
export function byQueues({ attempts, delay, jitter }: Delays): Consume {
  return (queue, handler, { say, limit, signal }) =>
    queue.consume(handler, {
      limit,
      signal,
      retry: { attempts, delay: { from: delay, factor: 2, cap: 60_000, jitter } },
      onFailure(error, delivery, verdict) {
        const [retryInMs, parkedIn] = [verdict?.delay, verdict?.parked?.in]
        const next = parkedIn === undefined ? `again in ${retryInMs} ms` : `parked in "${parkedIn}"`
        const rest = `: ${String(error)}; ${next}`
        say(delivery, 'failed', { rest, error: String(error), retryInMs, parkedIn })
      },
    })
}

/**
 * By the broker. The queue itself keeps a rejected message back, longer each time, and dead-letters
 * it at its delivery limit. No further queues, but the delays are the queue's and not the
 * consumer's, only RabbitMQ 4.3 does it, and nobody notes down why an attempt failed.
 */
export const byBroker: Consume = (queue, handler, { say, limit, signal }) =>
  queue.consume(
    (delivery) => {
      try {
        handler(delivery)
      } catch (error) {
        const poison = error instanceof MessagingError && error.code === 'CONTENT_REFUSED'
        // Reject, not nack: the broker counts a reject, and gives a nack back for ever.
        delivery.reject({ requeue: !poison })
        const rest = `: ${String(error)}; ${poison ? 'parked' : 'the broker has it'}`
        say(delivery, 'failed', { rest, error: String(error) })
      }
    },
    { limit, signal },
  )
