import { accessRefused } from '../../protocol/faults.ts'
import type { DeathReason } from '../message/death.ts'
import type { Message } from '../message/message.ts'
import { noPolicy, withPolicy, type EffectivePolicy } from '../policy/effective-policy.ts'
import type { ConsumerList } from './consumers/consumer-list.ts'
import type { Consumer, Recipient } from './consumers/consumer.ts'
import { IdleExpiry } from './idle-expiry.ts'
import { Backlog } from './messages/backlog.ts'
import { QueueEntry } from './messages/queue-entry.ts'
import type { ReadyMessages } from './messages/ready-messages.ts'
import { QueueEvents } from './queue-events.ts'
import { MessageCounts } from './message-counts.ts'
import type { QueueHost } from './queue-host.ts'
import { queueSettings, type QueueSettings } from './queue-settings.ts'
import type { QueueSpec } from './queue-spec.ts'

/** What differs between the types of queue. */
export interface QueueParts {
  readonly ready: ReadyMessages
  readonly consumers: ConsumerList
}

/**
 * A queue: ready messages, unacked messages and consumers. After `addConsumer` and `requeue`, the
 * caller also calls `deliverReady`, as soon as the client has its reply.
 */
export abstract class Queue {
  readonly spec: QueueSpec
  /** Undefined if nobody asks for them. */
  readonly counts: MessageCounts | undefined
  /** Belongs to the router: the number of the last routing that found this queue. */
  lastRouting = 0
  protected readonly host: QueueHost
  readonly #backlog: Backlog
  readonly #consumers: ConsumerList
  readonly #events: QueueEvents
  #settings: QueueSettings
  #policy: EffectivePolicy = noPolicy
  #idleExpiry: IdleExpiry | undefined
  #unackedCount = 0
  #nextPosition = 0
  #closed = false

  protected constructor(spec: QueueSpec, host: QueueHost, { ready, consumers }: QueueParts) {
    this.spec = spec
    this.host = host
    this.counts = host.countsMessages ? new MessageCounts() : undefined
    this.#settings = spec.settings
    this.#consumers = consumers
    this.#events = new QueueEvents(host.events, host.vhost, spec.name)
    this.#backlog = new Backlog(ready, this, host.clock)
    this.#startIdleExpiry()
  }

  get name(): string {
    return this.spec.name
  }

  /** What its arguments and its policy mean together. */
  get settings(): QueueSettings {
    return this.#settings
  }

  get policy(): EffectivePolicy {
    return this.#policy
  }

  /** Takes effect at once: for example, a shorter x-max-length drops messages. */
  applyPolicy(policy: EffectivePolicy): void {
    if (policy === this.#policy) return
    const { expires } = this.#settings
    this.#policy = policy
    this.#settings = queueSettings(withPolicy(this.spec.arguments, policy))
    if (this.#settings.expires !== expires) this.#startIdleExpiry()
    this.enforceLimits()
  }

  /** Its name in error texts. */
  get title(): string {
    return `queue '${this.spec.name}' in vhost '${this.host.vhost}'`
  }

  /** The number of ready messages: what queue.declare-ok calls the message count. */
  get messageCount(): number {
    return this.#backlog.length
  }

  get unackedCount(): number {
    return this.#unackedCount
  }

  get consumerCount(): number {
    return this.#consumers.size
  }

  get readyBytes(): number {
    return this.#backlog.bytes
  }

  get consumers(): Iterable<Consumer> {
    return this.#consumers
  }

  /** False for a consumer that waits until another one, the single active consumer, is removed. */
  isActive(consumer: Consumer): boolean {
    return this.#consumers.isActive(consumer)
  }

  /** Takes a message that was routed here. Returns false if the queue is full and rejects it. */
  enqueue(message: Message): boolean {
    if (this.rejectsPublish(message)) {
      const { overflow } = this.settings
      if (overflow === 'reject-publish-dlx') this.#publishDeadLetter(message, 0, 'maxlen')
      return false
    }
    this.host.memory.retain(message)
    if (this.counts !== undefined) this.counts.publish += 1
    this.#events.emitMessage('routed', message)
    const expiresAt = this.expiryFor(message)
    // A consumer with capacity gets the message even if it expires at once.
    const consumer = this.#backlog.length === 0 ? this.#consumers.next() : undefined
    if (consumer === undefined) {
      const isPlain = expiresAt === Infinity && message.failures === 0
      this.#backlog.push(isPlain ? message : this.#newEntry(message, expiresAt, false))
      this.deliverReady()
    } else this.#deliverTo(consumer, this.#newEntry(message, expiresAt, true))
    return true
  }

  /** Takes the first message for basic.get. */
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
    this.#prepareDelivery(entry, '')
    if (noAck) this.host.memory.release(entry.message)
    else this.addUnacked(entry, recipient)
    return entry
  }

  /** Delivers ready messages while a consumer has capacity. */
  deliverReady(): void {
    while (!this.#closed) {
      this.#dropExpired()
      if (this.#backlog.length === 0) break
      const consumer = this.#consumers.next()
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
    this.#events.emitMessage('acked', entry.message)
  }

  /** A reject or nack without requeue; `failed` if it counts as a failure. */
  reject(entry: QueueEntry, failed: boolean): void {
    if (!this.removeUnacked(entry)) return
    if (failed) entry.failures += 1
    if (this.#closed) this.host.memory.release(entry.message)
    else this.deadLetter(entry, 'rejected')
  }

  /** Requeues an unacked message; `failed` if it counts as a failure. */
  requeue(entry: QueueEntry, failed: boolean): void {
    if (!this.removeUnacked(entry)) return
    if (failed) entry.failures += 1
    if (this.#closed) this.host.memory.release(entry.message)
    else this.makeReadyAgain(entry, failed)
  }

  /** Throws if the new consumer or one of the others is exclusive. */
  addConsumer(consumer: Consumer): void {
    if (this.settings.type === 'classic') this.#checkExclusive(consumer)
    this.touch()
    this.#consumers.add(consumer)
    this.#events.emitConsumer('consumer.added', consumer)
  }

  /** The consumer may still acknowledge its messages. */
  removeConsumer(consumer: Consumer): void {
    if (!this.#consumers.remove(consumer)) return
    this.#events.emitConsumer('consumer.removed', consumer)
    this.touch()
    if (this.spec.autoDelete && this.#consumers.size === 0) this.host.deleteQueue(this.name)
    else this.deliverReady()
  }

  /** A consumer has capacity again. */
  resume(consumer: Consumer): void {
    this.#consumers.resume(consumer)
    if (this.#backlog.length > 0) this.deliverReady()
  }

  /** Drops the ready messages, and returns how many there were. */
  purge(): number {
    const count = this.#backlog.clear(this.host.memory)
    this.enforceLimits()
    return count
  }

  /** The queue was used, so the time of x-expires starts again. */
  touch(): void {
    this.#idleExpiry?.touch()
  }

  /** Drops the messages and cancels the consumers. Returns the number of ready messages. */
  close(): number {
    const count = this.#backlog.clear(this.host.memory)
    this.#closed = true
    this.#backlog.stop()
    this.#idleExpiry?.stop()
    for (const consumer of Array.from(this.#consumers)) {
      this.#consumers.remove(consumer)
      this.#events.emitConsumer('consumer.removed', consumer)
      consumer.canceled()
    }
    return count
  }

  /** What a message counts for x-max-length-bytes. */
  sizeOf(message: Message): number {
    return message.body.length
  }

  /** When a message that arrives now will expire. */
  protected expiryFor(message: Message): number {
    const ttl = Math.min(this.settings.messageTtl ?? Infinity, message.ttl ?? Infinity)
    return ttl === Infinity ? Infinity : this.host.clock.now() + ttl
  }

  addUnacked(_entry: QueueEntry, _recipient: Recipient): void {
    this.#unackedCount += 1
  }

  /** Returns false if the acknowledgement is too late, and the message already requeued. */
  protected removeUnacked(_entry: QueueEntry): boolean {
    this.#unackedCount -= 1
    return true
  }

  /** Marks a dead letter that consumers of other queues failed to process. */
  protected abstract markFailed(entry: QueueEntry, hasConsumer: boolean): void

  /** Decides what happens to a requeued message; `addRequeued` adds it to the ready messages. */
  protected abstract makeReadyAgain(entry: QueueEntry, failed: boolean): void

  protected addRequeued(entry: QueueEntry): void {
    entry.redelivered = true
    this.#backlog.requeue(entry)
    this.#events.emitMessage('requeued', entry.message)
  }

  /** Lets go of a message that is neither ready nor unacked any longer. */
  protected deadLetter(entry: QueueEntry, reason: DeathReason): void {
    this.host.memory.release(entry.message)
    this.#publishDeadLetter(entry.message, entry.failures, reason)
  }

  /** All messages but the unacked ones: what counts for x-max-length. */
  get length(): number {
    return this.#backlog.length
  }

  protected get bytes(): number {
    return this.#backlog.bytes
  }

  /** Whether the queue is full, and rejects new messages instead of dropping its head. */
  protected abstract rejectsPublish(message: Message): boolean

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

  #startIdleExpiry(): void {
    this.#idleExpiry?.stop()
    this.#idleExpiry = undefined
    const { expires } = this.#settings
    if (expires === undefined) return
    const { clock } = this.host
    const onExpired = (): void => this.host.deleteQueue(this.name)
    const consumers = this.#consumers
    this.#idleExpiry = new IdleExpiry({ clock, expires, consumers, onExpired })
  }

  #newEntry(message: Message, expiresAt: number, hasConsumer: boolean): QueueEntry {
    const entry = new QueueEntry(message, expiresAt)
    if (entry.failures > 0) this.markFailed(entry, hasConsumer)
    return entry
  }

  #deliverTo(consumer: Consumer, entry: QueueEntry): void {
    this.counts?.delivered(entry, consumer.noAck)
    this.#prepareDelivery(entry, consumer.tag)
    if (consumer.noAck) this.host.memory.release(entry.message)
    else this.addUnacked(entry, consumer)
    consumer.deliver(entry)
  }

  #prepareDelivery(entry: QueueEntry, consumerTag: string): void {
    if (entry.position < 0) entry.position = this.#nextPosition++
    this.#events.emitDelivered(entry, consumerTag)
  }

  #dropExpired(): void {
    for (let next = this.#backlog.shiftExpired(); next; next = this.#backlog.shiftExpired())
      this.deadLetter(next, 'expired')
  }

  #publishDeadLetter(message: Message, failures: number, reason: DeathReason): void {
    this.#events.emitDeadLettered(message, reason)
    const { deadLetterExchange: exchange, deadLetterRoutingKey: routingKey } = this.settings
    if (exchange === undefined) return
    const queue = this.name
    this.host.publishDeadLetter(message, { queue, reason, failures, exchange, routingKey })
  }

  #checkExclusive(consumer: Consumer): void {
    const inUse = consumer.exclusive
      ? this.#consumers.size > 0 || this.settings.singleActiveConsumer
      : Array.from(this.#consumers).some(({ exclusive }) => exclusive)
    if (inUse) throw accessRefused(`${this.title} in exclusive use`)
  }
}
