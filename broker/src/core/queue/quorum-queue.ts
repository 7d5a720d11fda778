import { Deadline } from '../../time/deadline.ts'
import type { Message } from '../message/message.ts'
import { BacklogQueue } from './backlog-queue.ts'
import { ConsumerTimeouts } from './consumers/consumer-timeouts.ts'
import type { Consumer, Recipient } from './consumers/consumer.ts'
import { RoundRobinConsumerList } from './consumers/round-robin-consumer-list.ts'
import { SingleActiveConsumerList } from './consumers/single-active-consumer-list.ts'
import type { QueueEntry } from './messages/queue-entry.ts'
import { QuorumMessages } from './messages/quorum-messages.ts'
import type { QueueHost } from './queue-host.ts'
import type { QueueSpec } from './queue-spec.ts'

/** A requeued message that is not ready yet: x-delayed-retry. */
interface Delayed {
  readonly entry: QueueEntry
  readonly readyAt: number
}

/**
 * A quorum queue as clients see it, on one node. It counts how often a message was requeued,
 * dead-letters a message that failed too often, delays retries if it is asked to, and requeues a
 * message that a consumer does not acknowledge in time.
 */
export class QuorumQueue extends BacklogQueue {
  readonly #timeouts: ConsumerTimeouts
  /** In the order in which they will be ready. */
  readonly #delayed: Delayed[] = []
  readonly #delayDeadline: Deadline
  #full = false

  constructor(spec: QueueSpec, host: QueueHost) {
    super(spec, host, {
      ready: new QuorumMessages(),
      consumers: spec.settings.singleActiveConsumer
        ? new SingleActiveConsumerList({ replacesActive: true })
        : new RoundRobinConsumerList(),
    })
    this.#timeouts = new ConsumerTimeouts(host.clock, () => this.#requeueTimedOut())
    this.#delayDeadline = new Deadline(host.clock, () => this.#makeDelayedReady())
  }

  override close(): number {
    this.#timeouts.stop()
    this.#delayDeadline.cancel()
    for (const { entry } of this.#delayed.splice(0)) this.host.memory.release(entry.message)
    return super.close()
  }

  // "We discard the message if it cannot be consumed within the same millisecond": rabbit_fifo.
  protected override expiryFor(message: Message): number {
    const expiry = super.expiryFor(message)
    const atOnce = message.ttl === 0 || this.settings.messageTtl === 0
    return atOnce ? expiry + 1 : expiry
  }

  override get length(): number {
    return this.messageCount + this.#delayed.length
  }

  // Body and properties, as rabbit_fifo counts. The size of decoded properties is an estimate.
  override sizeOf(message: Message): number {
    const { size, encodedProperties } = message
    return size + (encodedProperties?.length ?? (message.headers?.size ?? 0) * 100)
  }

  protected rejectsPublish(): boolean {
    return this.#full
  }

  /** It is full once it exceeds a limit, and until it is down to four fifths of the limit. */
  protected override enforceLimits(): void {
    const { maxLength, maxBytes, overflow } = this.settings
    if (overflow === 'drop-head') {
      this.#full = false
      super.enforceLimits()
    } else if (this.length > maxLength || this.bytes > maxBytes) this.#full = true
    else if (this.length <= fourFifths(maxLength) && this.bytes <= fourFifths(maxBytes))
      this.#full = false
  }

  protected override get isUsed(): boolean {
    return super.isUsed || this.unackedCount > 0
  }

  override addUnacked(entry: QueueEntry, recipient: Recipient): void {
    super.addUnacked(entry, recipient)
    this.#timeouts.add(entry, recipient, this.#timeoutOf(recipient))
  }

  protected override removeUnacked(entry: QueueEntry): boolean {
    if (!this.#timeouts.remove(entry)) return false
    this.touch()
    return super.removeUnacked(entry)
  }

  protected markFailed(entry: QueueEntry): void {
    entry.redelivered = true
    entry.acquired = entry.failures
  }

  protected makeReadyAgain(entry: QueueEntry, failed: boolean): void {
    entry.acquired += 1
    if (entry.failures > this.settings.deliveryLimit) {
      this.deadLetter(entry, 'delivery_limit')
      return
    }
    const delay = this.#delayOf(entry, failed)
    if (delay === 0) {
      this.addRequeued(entry)
      return
    }
    const readyAt = this.host.clock.now() + delay
    const after = this.#delayed.findIndex((other) => other.readyAt > readyAt)
    this.#delayed.splice(after < 0 ? this.#delayed.length : after, 0, { entry, readyAt })
    this.#delayDeadline.watch(readyAt)
  }

  #delayOf(entry: QueueEntry, failed: boolean): number {
    const retry = this.settings.delayedRetry
    if (retry === undefined) return 0
    if (retry.type !== 'all' && (retry.type === 'failed') !== failed) return 0
    return Math.min(retry.min * Math.max(entry.failures, 1), retry.max)
  }

  #makeDelayedReady(): void {
    const now = this.host.clock.now()
    const due = this.#delayed.findIndex(({ readyAt }) => readyAt > now)
    const ready = this.#delayed.splice(0, due < 0 ? this.#delayed.length : due)
    for (const { entry } of ready) this.addRequeued(entry)
    const next = this.#delayed[0]
    if (next !== undefined) this.#delayDeadline.watch(next.readyAt)
    this.deliverReady()
  }

  #timeoutOf(recipient: Recipient): number {
    const argument = isConsumer(recipient)
      ? recipient.arguments.get('x-consumer-timeout')
      : undefined
    if (argument !== undefined) return Number(argument.value)
    return this.settings.consumerTimeout ?? this.host.consumerTimeout
  }

  #requeueTimedOut(): void {
    const { entries, recipients } = this.#timeouts.take()
    for (const entry of entries) {
      super.removeUnacked(entry)
      // A late acknowledgement is for the old entry, and must not affect the new one.
      this.makeReadyAgain(entry.copy(), false)
    }
    for (const recipient of recipients) recipient.timedOut()
    this.deliverReady()
  }
}

function fourFifths(limit: number): number {
  return Math.trunc(limit * 0.8)
}

function isConsumer(recipient: Recipient): recipient is Consumer {
  return 'tag' in recipient
}
