import type { Message } from '../message/message.ts'
import type { Consumer, Holder } from './consumers/consumer.ts'
import { Deadline } from '../../time/deadline.ts'
import type { QueueEntry } from './messages/queue-entry.ts'
import type { QueueHost } from './queue-host.ts'
import { Queue, type QueueSpec } from './queue.ts'
import { QuorumMessages } from './messages/quorum-messages.ts'
import { SharedLine } from './consumers/round-robin-consumer-list.ts'
import { SingleActiveLine } from './consumers/single-active-consumer-list.ts'

interface Loan {
  readonly holder: Holder
  readonly dueAt: number
}

interface Delayed {
  readonly entry: QueueEntry
  readonly readyAt: number
}

/**
 * A quorum queue as its clients see it, on one node: it counts how often a message came back, gives
 * up on one that failed too often, makes a returned message wait where that is asked for, and takes
 * back what a consumer keeps for too long.
 */
export class QuorumQueue extends Queue {
  readonly #loans = new Map<QueueEntry, Loan>()
  readonly #overdue = new Map<Holder, Set<QueueEntry>>()
  readonly #loanDeadline: Deadline
  readonly #delayed: Delayed[] = []
  readonly #delayDeadline: Deadline
  #full = false

  constructor(spec: QueueSpec, host: QueueHost) {
    super(spec, host, {
      ready: new QuorumMessages(),
      line: spec.settings.singleActiveConsumer
        ? new SingleActiveLine({ higherTakesOver: true })
        : new SharedLine(),
    })
    this.#loanDeadline = new Deadline(host.clock, () => this.#takeBackOverdue())
    this.#delayDeadline = new Deadline(host.clock, () => this.#releaseDelayed())
  }

  override close(): number {
    this.#loanDeadline.cancel()
    this.#delayDeadline.cancel()
    for (const { entry } of this.#delayed.splice(0)) this.host.memory.release(entry.message)
    return super.close()
  }

  // "We discard the message if it cannot be consumed within the same millisecond": rabbit_fifo.
  protected override expiryOf(message: Message): number {
    const expiry = super.expiryOf(message)
    const atOnce = message.ttl === 0 || this.settings.messageTtl === 0
    return atOnce ? expiry + 1 : expiry
  }

  protected override get length(): number {
    return this.messageCount + this.#delayed.length
  }

  // As rabbit_fifo counts: the properties too, guessed where they are not at hand as bytes.
  protected override sizeOf(message: Message): number {
    const { body, encodedProperties } = message
    return body.length + (encodedProperties?.length ?? (message.headers?.size ?? 0) * 100)
  }

  protected override refuses(): boolean {
    return this.#full
  }

  /** It turns full with the message that is too much, and takes more once a fifth is free again. */
  protected override enforceLimits(): void {
    const { maxLength, maxBytes, overflow } = this.settings
    if (overflow === 'drop-head') super.enforceLimits()
    else if (this.length > maxLength || this.bytes > maxBytes) this.#full = true
    else if (this.length <= soft(maxLength) && this.bytes <= soft(maxBytes)) this.#full = false
  }

  protected override handedOut(entry: QueueEntry, holder: Holder): void {
    const dueAt = this.host.clock.now() + this.#timeoutOf(holder)
    this.#loans.set(entry, { holder, dueAt })
    this.#loanDeadline.watch(dueAt)
  }

  protected override reclaim(entry: QueueEntry): boolean {
    if (this.#loans.delete(entry)) return true
    this.#settleOverdue(entry)
    return false
  }

  protected override arrivedFailed(entry: QueueEntry): void {
    entry.redelivered = true
    entry.acquired = entry.failures
  }

  protected override restore(entry: QueueEntry, failed: boolean): void {
    entry.acquired += 1
    if (entry.failures > this.settings.deliveryLimit) {
      this.bury(entry, 'delivery_limit')
      return
    }
    const delay = this.#delayOf(entry, failed)
    if (delay === 0) {
      this.restoreReady(entry)
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

  #releaseDelayed(): void {
    const now = this.host.clock.now()
    const due = this.#delayed.findIndex(({ readyAt }) => readyAt > now)
    const ready = this.#delayed.splice(0, due < 0 ? this.#delayed.length : due)
    for (const { entry } of ready) this.restoreReady(entry)
    const next = this.#delayed[0]
    if (next !== undefined) this.#delayDeadline.watch(next.readyAt)
    this.deliver()
  }

  #timeoutOf(holder: Holder): number {
    const argument = isConsumer(holder) ? holder.arguments.get('x-consumer-timeout') : undefined
    if (argument !== undefined) return Number(argument.value)
    return this.settings.consumerTimeout ?? this.host.consumerTimeout
  }

  #takeBackOverdue(): void {
    const now = this.host.clock.now()
    const late = new Set<Holder>()
    let next = Infinity
    for (const [entry, { holder, dueAt }] of this.#loans) {
      if (dueAt > now) next = Math.min(next, dueAt)
      else {
        late.add(holder)
        this.#takeBack(entry, holder)
      }
    }
    this.#loanDeadline.watch(next)
    for (const holder of late) holder.timedOut()
    this.deliver()
  }

  #takeBack(entry: QueueEntry, holder: Holder): void {
    this.#loans.delete(entry)
    const overdue = this.#overdue.get(holder) ?? new Set()
    overdue.add(entry)
    this.#overdue.set(holder, overdue)
    this.takeBackUnsettled()
    this.restore(entry.copy(), false)
  }

  /** A message that was taken back is settled after all: too late, but its holder is trusted again. */
  #settleOverdue(entry: QueueEntry): void {
    for (const [holder, entries] of this.#overdue) {
      if (!entries.delete(entry) || entries.size > 0) continue
      this.#overdue.delete(holder)
      holder.recovered()
    }
  }
}

function soft(limit: number): number {
  return Math.trunc(limit * 0.8)
}

function isConsumer(holder: Holder): holder is Consumer {
  return 'tag' in holder
}
