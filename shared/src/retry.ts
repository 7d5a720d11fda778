import { setTimeout as pause } from 'node:timers/promises'

import { check, checkDelay, delayAfter, type Backoff } from './backoff.ts'
import { DelayQueues, type Target } from './delay-queues.ts'
import { Delivery } from './delivery.ts'
import { MessagingError } from './errors.ts'
import { failureText } from './failure-text.ts'
import {
  attemptsOf,
  failedHeaders,
  originOf,
  parkedHeaders,
  type Attempt,
  type ParkReason,
} from './retry-headers.ts'
import { safely } from './safely.ts'

/** What becomes of the messages on which a handler fails. */
export interface RetryOptions {
  /** How often a message is tried, the first time included, before it is parked; at most 200. */
  readonly attempts: number
  /** Milliseconds before a message is tried again, always the same or growing. */
  readonly delay: number | Backoff
  /** The queue for messages that are given up. Default: the queue's own name and `.parked`. */
  readonly parkIn?: string
  /** Says of an error that no retry mends it: the message is parked at once. */
  readonly hopeless?: (error: unknown) => boolean
}

/** What was decided for a message on which a handler failed. */
export interface Verdict {
  /** The attempt that failed, counting from 1. */
  readonly attempt: number
  /** Milliseconds until the next one; undefined when there is none. */
  readonly delay?: number
  /** Set when the message was parked. */
  readonly parked?: { readonly reason: ParkReason; readonly in: string }
}

/** A queue in which messages are parked: looking at them may not count as trying to deliver them. */
export const parkingQueueOptions = { arguments: { 'x-delivery-limit': 1_000_000_000 } } as const

/** A quorum queue drops what was delivered 20 times in vain; what kills its worker is parked before. */
const unfinishedLimit = 10

interface Retried {
  readonly options: RetryOptions
  /** The work queue. */
  readonly queue: { readonly name: string; readonly countsDeliveries: boolean }
  readonly declare: (name: string, options: object) => Promise<Target>
  readonly accept: readonly string[] | undefined
  readonly onFailure: FailureListener | undefined
}

type FailureListener = (error: unknown, delivery: Delivery, verdict?: Verdict) => void

/**
 * Runs a handler that may fail. A failed message goes to a delay queue, from which the broker puts
 * it back, or is parked; it is acknowledged when the broker has confirmed that it is there. So the
 * worst that happens is a duplicate, and messages behind it do not wait for it.
 */
export class Retry {
  readonly #about: Retried
  readonly #delays: DelayQueues
  readonly #parking: Target
  readonly #parkIn: string

  private constructor(about: Retried, parkIn: string, parking: Target) {
    this.#about = about
    this.#parkIn = parkIn
    this.#parking = parking
    this.#delays = new DelayQueues(about.queue.name, about.declare)
  }

  static async open(about: Retried): Promise<Retry> {
    const { attempts, delay, parkIn = `${about.queue.name}.parked` } = about.options
    check(Number.isInteger(attempts) && attempts > 0 && attempts <= 200, 'attempts: from 1 to 200')
    checkDelay(delay)
    check(!about.queue.name.startsWith('amq.'), 'a queue with a name, which is the same tomorrow')
    return new Retry(about, parkIn, await about.declare(parkIn, parkingQueueOptions))
  }

  /** Never rejects because of the handler. */
  async run(handler: (delivery: Delivery) => unknown, original: Delivery): Promise<void> {
    const delivery = this.#asFirstPublished(original)
    try {
      if (delivery.deliveryCount >= unfinishedLimit)
        throw new Unfinished(`was handed out ${unfinishedLimit} times, and nobody ever finished it`)
      await handler(delivery)
    } catch (error) {
      if (delivery.settled) this.#tell(error, delivery)
      else await this.#failed(error, delivery)
    }
  }

  /** On its way through a delay queue a message loses its exchange and key; the headers know them. */
  #asFirstPublished(delivery: Delivery): Delivery {
    if (attemptsOf(delivery).length === 0) return delivery
    const fields = { ...delivery.message.fields, ...originOf(delivery) }
    const restored = Object.assign({}, delivery.message, { fields })
    return new Delivery(
      restored,
      (_, how, requeue) => (how === 'ack' ? delivery.ack() : delivery[how]({ requeue })),
      { accept: this.#about.accept, counted: this.#about.queue.countsDeliveries },
    )
  }

  async #failed(error: unknown, delivery: Delivery): Promise<void> {
    let verdict: Verdict | undefined
    try {
      verdict = this.#judge(error, delivery)
      await this.#move(error, delivery, verdict)
    } catch (failure) {
      // The message is still in the queue that it came from, and stays there.
      this.#tell(failure, delivery)
      await pause(Math.min(1000, verdict?.delay ?? 1000))
      delivery.nack()
      return
    }
    // Only now: between the confirm and this there are two of the message, and never none.
    delivery.ack()
    this.#tell(error, delivery, verdict)
  }

  #judge(error: unknown, delivery: Delivery): Verdict {
    const { attempts, delay, hopeless } = this.#about.options
    const attempt = attemptsOf(delivery).length + 1
    const reason = reasonToPark(error) ?? (hopeless?.(error) === true ? 'hopeless' : undefined)
    if (reason === undefined && attempt < attempts)
      return { attempt, delay: delayAfter(attempt, delay) }
    return { attempt, parked: { reason: reason ?? 'attempts-used-up', in: this.#parkIn } }
  }

  async #move(error: unknown, delivery: Delivery, { delay, parked }: Verdict): Promise<void> {
    const at = new Date().toISOString()
    const attempt: Attempt = { at, error: String(error), ...(delay !== undefined && { delay }) }
    const headers = failedHeaders(delivery, attempt, this.#about.options.attempts)
    if (delay !== undefined) await this.#delays.put(delivery, headers, delay)
    else if (parked !== undefined)
      await this.#parking.forward(delivery, {
        ...headers,
        ...parkedHeaders(parked.reason, at, this.#about.queue.name),
      })
  }

  #tell(error: unknown, delivery: Delivery, verdict?: Verdict): void {
    const { onFailure = warn } = this.#about
    // What is done with the message must not depend on a listener.
    safely(() => {
      onFailure(error, delivery, verdict)
    })
  }
}

class Unfinished extends Error {
  override readonly name = 'Unfinished'
}

function reasonToPark(error: unknown): ParkReason | undefined {
  if (error instanceof Unfinished) return 'unfinished'
  return error instanceof MessagingError && error.code === 'CONTENT_REFUSED'
    ? 'body-refused'
    : undefined
}

/** A message that is tried again is the normal course of things; one that is given up is not. */
function warn(error: unknown, delivery: Delivery, verdict?: Verdict): void {
  const text = failureText(error, delivery)
  if (verdict?.parked !== undefined)
    process.emitWarning(`a message was parked in "${verdict.parked.in}": ${text}`)
  else if (verdict === undefined) process.emitWarning(`a message handler failed: ${text}`)
}
