import type { DeathReason } from '../message/death.ts'
import type { Message } from '../message/message.ts'
import type { ConsumerList } from './consumers/consumer-list.ts'
import type { Consumer, Recipient } from './consumers/consumer.ts'
import { Backlog } from './messages/backlog.ts'
import { QueueEntry } from './messages/queue-entry.ts'
import type { ReadyMessages } from './messages/ready-messages.ts'
import type { QueueHost } from './queue-host.ts'
import type { QueueSpec } from './queue-spec.ts'
import { Queue } from './queue.ts'

/** What differs between classic and quorum queues. */
export interface BacklogQueueParts {
  readonly ready: ReadyMessages
  readonly consumers: ConsumerList
}

/** A queue whose messages wait until a consumer has acknowledged them: each goes to one consumer. */
export abstract class BacklogQueue extends Queue {
  readonly #backlog: Backlog
  #nextPosition = 0
  #closed = false

  protected constructor(spec: QueueSpec, host: QueueHost, { ready, consumers }: BacklogQueueParts) {
    super(spec, host, consumers)
    this.#backlog = new Backlog(ready, this, host.clock)
  }

  get messageCount(): number {
    return this.#backlog.length
  }

  get length(): number {
    return this.#backlog.length
  }

  /** The size of the ready messages. */
  get bytes(): number {
    return this.#backlog.bytes
  }

  enqueue(message: Message): boolean {
    if (this.rejectsPublish(message)) {
      const { overflow } = this.settings
      if (overflow === 'reject-publish-dlx') this.#publishDeadLetter(message, 0, 'maxlen')
      return false
    }
    this.host.memory.retain(message)
    if (this.counts !== undefined) this.counts.publish += 1
    this.events.emitMessage('routed', message)
    const expiresAt = this.expiryFor(message)
    // A consumer with capacity gets the message even if it expires at once.
    const consumer = this.#backlog.length === 0 ? this.consumerList.next() : undefined
    if (consumer === undefined) {
      const isPlain = expiresAt === Infinity && message.failures === 0
      this.#backlog.push(isPlain ? message : this.#newEntry(message, expiresAt, false))
      this.deliverReady()
    } else this.#deliverTo(consumer, this.#newEntry(message, expiresAt, true))
    return true
  }

  get(noAck: boolean, recipient: Recipient): QueueEntry | undefined {
    this.touch()
    this.#dropExpired()
    const entry = this.#backlog.shift()
    // The next message may have expired while it was not at the head.
    this.#dropExpired()
    this.enforceLimits()
    this.#backlog.watchExpiry()
    this.counts?.got(entry, noAck)
    if (entry === undefined) return undefined
    this.#prepareDelivery(entry, { tag: '', connection: recipient.connection })
    if (noAck) this.host.memory.release(entry.message)
    else this.addUnacked(entry, recipient)
    return entry
  }

  deliverReady(): void {
    while (!this.#closed) {
      this.#dropExpired()
      if (this.#backlog.length === 0) break
      const consumer = this.consumerList.next()
      if (consumer === undefined) break
      const entry = this.#backlog.shift()
      if (entry !== undefined) this.#deliverTo(consumer, entry)
    }
    this.enforceLimits()
    this.#backlog.watchExpiry()
  }

  ack(entry: QueueEntry): void {
    if (!this.removeUnacked(entry)) return
    this.host.memory.release(entry.message)
    if (this.counts !== undefined) this.counts.ack += 1
    this.events.emitMessage('acked', entry.message)
  }

  reject(entry: QueueEntry, failed: boolean): void {
    if (!this.removeUnacked(entry)) return
    if (failed) entry.failures += 1
    if (this.#closed) this.host.memory.release(entry.message)
    else this.deadLetter(entry, 'rejected')
  }

  requeue(entry: QueueEntry, failed: boolean): void {
    if (!this.removeUnacked(entry)) return
    if (failed) entry.failures += 1
    if (this.#closed) this.host.memory.release(entry.message)
    else this.makeReadyAgain(entry, failed)
  }

  resume(consumer: Consumer): void {
    this.consumerList.resume(consumer)
    if (this.#backlog.length > 0) this.deliverReady()
  }

  purge(): number {
    const count = this.#backlog.clear(this.host.memory)
    this.enforceLimits()
    return count
  }

  override close(): number {
    const count = this.#backlog.clear(this.host.memory)
    this.#closed = true
    this.#backlog.stop()
    super.close()
    return count
  }

  /** What a message counts for x-max-length-bytes. */
  sizeOf(message: Message): number {
    return message.size
  }

  /** When a message that arrives now will expire. */
  protected expiryFor(message: Message): number {
    const ttl = Math.min(this.settings.messageTtl ?? Infinity, message.ttl ?? Infinity)
    return ttl === Infinity ? Infinity : this.host.clock.now() + ttl
  }

  /** Whether the queue is full, and rejects new messages instead of dropping its head. */
  protected abstract rejectsPublish(message: Message): boolean

  /** Marks a dead letter that consumers of other queues failed to process. */
  protected abstract markFailed(entry: QueueEntry, hasConsumer: boolean): void

  /** Decides what happens to a requeued message; `addRequeued` adds it to the ready messages. */
  protected abstract makeReadyAgain(entry: QueueEntry, failed: boolean): void

  protected addRequeued(entry: QueueEntry): void {
    entry.redelivered = true
    this.#backlog.requeue(entry)
    this.events.emitMessage('requeued', entry.message)
  }

  /** Lets go of a message that is neither ready nor unacked any longer. */
  protected deadLetter(entry: QueueEntry, reason: DeathReason): void {
    this.host.memory.release(entry.message)
    this.#publishDeadLetter(entry.message, entry.failures, reason)
  }

  /** Drops messages from the head while the queue is over its limits. */
  protected enforceLimits(): void {
    const { maxLength, maxBytes, overflow } = this.settings
    if (overflow !== 'drop-head') return
    while (this.length > maxLength || this.bytes > maxBytes) {
      const entry = this.#backlog.shift()
      if (entry === undefined) return
      this.deadLetter(entry, 'maxlen')
    }
  }

  #newEntry(message: Message, expiresAt: number, hasConsumer: boolean): QueueEntry {
    const entry = new QueueEntry(message, expiresAt)
    if (entry.failures > 0) this.markFailed(entry, hasConsumer)
    return entry
  }

  #deliverTo(consumer: Consumer, entry: QueueEntry): void {
    this.counts?.delivered(entry, consumer.noAck)
    this.#prepareDelivery(entry, consumer)
    if (consumer.noAck) this.host.memory.release(entry.message)
    else this.addUnacked(entry, consumer)
    consumer.deliver(entry)
  }

  #prepareDelivery(entry: QueueEntry, to: Pick<Consumer, 'tag' | 'connection'>): void {
    if (entry.position < 0) entry.position = this.#nextPosition++
    this.events.emitDelivered(entry, to)
  }

  #dropExpired(): void {
    for (let next = this.#backlog.shiftExpired(); next; next = this.#backlog.shiftExpired())
      this.deadLetter(next, 'expired')
  }

  #publishDeadLetter(message: Message, failures: number, reason: DeathReason): void {
    this.events.emitDeadLettered(message, reason)
    const { deadLetterExchange: exchange, deadLetterRoutingKey: routingKey } = this.settings
    if (exchange === undefined) return
    const queue = this.name
    this.host.publishDeadLetter(message, { queue, reason, failures, exchange, routingKey })
  }
}
