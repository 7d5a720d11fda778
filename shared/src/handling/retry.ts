import { setTimeout as pause } from 'node:timers/promises'

import { Delivery } from '../consuming/delivery.ts'
import { MessagingError } from '../errors/messaging-error.ts'
import {
  attemptsOf,
  headersAfter,
  originOf,
  parkedHeaders,
  type Attempt,
  type ParkReason,
} from './attempts.ts'
import { check, checkDelay, delayAfter } from './backoff.ts'
import { DelayQueues, type DeclareQueue, type RetryQueue } from './delay-queues.ts'
import type { Failure, FailurePolicy } from './failure-policy.ts'
import { parkingQueueOptions, type RetryOptions, type Verdict } from './retry-options.ts'

/** A quorum queue drops a message after 20 failed deliveries, so one that kills its consumer is parked first. */
const unfinishedLimit = 10

interface Retried {
  readonly options: RetryOptions
  /** The work queue. */
  readonly queue: { readonly name: string; readonly countsDeliveries: boolean }
  readonly declare: DeclareQueue
  readonly accept: readonly string[] | undefined
}

/**
 * Moves a message whose handler failed to a delay queue, from which the broker puts it back, or parks
 * it. The message is acknowledged only when the broker has confirmed it there: the worst that can
 * happen is a duplicate. Messages behind it do not wait for it.
 */
export class Retry implements FailurePolicy {
  readonly #retried: Retried
  readonly #delays: DelayQueues
  readonly #parking: RetryQueue
  readonly #parkIn: string

  private constructor(retried: Retried, parkIn: string, parking: RetryQueue) {
    this.#retried = retried
    this.#parkIn = parkIn
    this.#parking = parking
    this.#delays = new DelayQueues(retried.queue.name, retried.declare)
  }

  static async open(retried: Retried): Promise<Retry> {
    const { options, queue, declare } = retried
    const { attempts, delay, parkIn = `${queue.name}.parked` } = options
    const isCount = Number.isInteger(attempts) && attempts > 0 && attempts <= 200
    check(isCount, 'attempts must be a whole number from 1 to 200')
    checkDelay(delay)
    check(!queue.name.startsWith('amq.'), 'the queue must have a name that stays the same')
    return new Retry(retried, parkIn, await declare(parkIn, parkingQueueOptions))
  }

  /** A delay queue changes exchange and routing key, so the handler sees those in the headers. */
  prepare(delivery: Delivery): Delivery {
    if (delivery.deliveryCount >= unfinishedLimit) throw new Unfinished()
    if (attemptsOf(delivery).length === 0) return delivery
    const { accept, queue } = this.#retried
    const fields = { ...delivery.message.fields, ...originOf(delivery) }
    return new Delivery(
      Object.assign({}, delivery.message, { fields }),
      (_, how, requeue) => (how === 'ack' ? delivery.ack() : delivery[how]({ requeue })),
      { accept, countsDeliveries: queue.countsDeliveries, isLost: () => delivery.lost },
    )
  }

  async failed(error: unknown, delivery: Delivery): Promise<Failure> {
    let verdict: Verdict | undefined
    try {
      verdict = this.#decide(error, delivery)
      await this.#move(error, delivery, verdict)
    } catch (reason) {
      // The message is still in its queue, and is tried again from there.
      await pause(Math.min(1000, verdict?.delay ?? 1000))
      delivery.nack()
      return { error: reason, warning: 'a failed message could not be moved and was requeued' }
    }
    // Only now: between the confirm and this there are two copies of the message, and never none.
    delivery.ack()
    return {
      error,
      verdict,
      ...(verdict.parked && { warning: `a message was parked in "${this.#parkIn}"` }),
    }
  }

  #decide(error: unknown, delivery: Delivery): Verdict {
    const { attempts, delay, hopeless } = this.#retried.options
    const attempt = attemptsOf(delivery).length + 1
    const reason = reasonToPark(error) ?? (hopeless?.(error) === true ? 'hopeless' : undefined)
    if (reason === undefined && attempt < attempts)
      return { attempt, delay: delayAfter(attempt, delay) }
    return { attempt, parked: { reason: reason ?? 'attempts-used-up', in: this.#parkIn } }
  }

  async #move(error: unknown, delivery: Delivery, { delay, parked }: Verdict): Promise<void> {
    const { options, queue } = this.#retried
    const at = new Date().toISOString()
    const attempt: Attempt = { at, error: String(error), ...(delay !== undefined && { delay }) }
    const headers = headersAfter(delivery, attempt, options.attempts)
    if (delay !== undefined) await this.#delays.put(delivery, headers, delay)
    else if (parked !== undefined)
      await this.#parking.forward(delivery, {
        ...headers,
        ...parkedHeaders(parked.reason, at, queue.name),
      })
  }
}

class Unfinished extends Error {
  override readonly name = 'Unfinished'

  constructor() {
    super(`delivered ${unfinishedLimit} times and never settled`)
  }
}

/** An error that no other attempt can change. */
function reasonToPark(error: unknown): ParkReason | undefined {
  if (error instanceof Unfinished) return 'unfinished'
  return error instanceof MessagingError && error.code === 'CONTENT_REFUSED'
    ? 'body-refused'
    : undefined
}
