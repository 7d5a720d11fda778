import { accessRefused } from '../../protocol/faults.ts'
import type { Message } from '../message/message.ts'
import { noPolicy, withPolicy, type EffectivePolicy } from '../policy/effective-policy.ts'
import type { ConsumerList } from './consumers/consumer-list.ts'
import type { Consumer, Recipient } from './consumers/consumer.ts'
import { IdleExpiry } from './idle-expiry.ts'
import { MessageCounts } from './messages/message-counts.ts'
import type { QueueEntry } from './messages/queue-entry.ts'
import { QueueEvents } from './queue-events.ts'
import type { QueueHost } from './queue-host.ts'
import { queueSettings, type QueueSettings } from './queue-settings.ts'
import type { QueueSpec } from './queue-spec.ts'

/**
 * What all types of queue have in common: a name, settings and consumers. What becomes of the
 * messages, the types decide. After `addConsumer` and `requeue`, the caller also calls
 * `deliverReady`, as soon as the client has its reply.
 */
export abstract class Queue {
  readonly spec: QueueSpec
  /** Undefined if nobody asks for them. */
  readonly counts: MessageCounts | undefined
  /** Belongs to the router: the number of the last routing that found this queue. */
  lastRouting = 0
  protected readonly host: QueueHost
  protected readonly events: QueueEvents
  protected readonly consumerList: ConsumerList
  readonly #idleExpiry: IdleExpiry
  #settings: QueueSettings
  #policy: EffectivePolicy = noPolicy
  #unackedCount = 0

  protected constructor(spec: QueueSpec, host: QueueHost, consumers: ConsumerList) {
    this.spec = spec
    this.host = host
    this.counts = host.countsMessages ? new MessageCounts() : undefined
    this.events = new QueueEvents(host.events, host.vhost, spec.name)
    this.consumerList = consumers
    this.#settings = spec.settings
    this.#idleExpiry = new IdleExpiry({
      clock: host.clock,
      isUsed: () => this.isUsed,
      onExpired: () => this.host.deleteQueue(this.name),
    })
    this.#idleExpiry.restart(spec.settings.expires)
  }

  get name(): string {
    return this.spec.name
  }

  /** Its name in error texts. */
  get title(): string {
    return `queue '${this.spec.name}' in vhost '${this.host.vhost}'`
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
    if (this.#settings.expires !== expires) this.#idleExpiry.restart(this.#settings.expires)
    this.enforceLimits()
  }

  /** The number of ready messages: what queue.declare-ok calls the message count. */
  abstract get messageCount(): number

  /** All messages but the unacked ones: what counts for x-max-length. */
  abstract get length(): number

  get unackedCount(): number {
    return this.#unackedCount
  }

  get consumerCount(): number {
    return this.consumerList.size
  }

  get consumers(): Iterable<Consumer> {
    return this.consumerList
  }

  /** Whether it must not expire now. */
  protected get isUsed(): boolean {
    return this.consumerCount > 0
  }

  /** False for a consumer that waits until another one, the single active consumer, is removed. */
  isActive(consumer: Consumer): boolean {
    return this.consumerList.isActive(consumer)
  }

  /** Takes a message that was routed here. Returns false if the queue is full and rejects it. */
  abstract enqueue(message: Message): boolean

  /** Takes the first message for basic.get. */
  abstract get(noAck: boolean, recipient: Recipient): QueueEntry | undefined

  /** Delivers ready messages while a consumer has capacity. */
  abstract deliverReady(): void

  abstract ack(entry: QueueEntry): void

  /** A reject or nack without requeue; `failed` if it counts as a failure. */
  abstract reject(entry: QueueEntry, failed: boolean): void

  /** Requeues an unacked message; `failed` if it counts as a failure. */
  abstract requeue(entry: QueueEntry, failed: boolean): void

  /** Throws if the new consumer or one of the others is exclusive. */
  addConsumer(consumer: Consumer): void {
    if (this.settings.type === 'classic') this.#checkExclusive(consumer)
    this.touch()
    this.consumerList.add(consumer)
    this.events.emitConsumer('consumer.added', consumer)
  }

  /** The consumer may still acknowledge its messages. */
  removeConsumer(consumer: Consumer): void {
    if (!this.consumerList.remove(consumer)) return
    this.events.emitConsumer('consumer.removed', consumer)
    this.touch()
    if (this.spec.autoDelete && this.consumerList.size === 0) this.host.deleteQueue(this.name)
    else this.deliverReady()
  }

  /** A consumer has capacity again. */
  abstract resume(consumer: Consumer): void

  /** Drops the ready messages, and returns how many there were. */
  abstract purge(): number

  /** Also by a passive declaration. A quorum queue does not count that as use. */
  declaredAgain(): void {
    if (this.settings.type === 'classic') this.touch()
  }

  /** The queue was used, so the time of x-expires starts again. */
  touch(): void {
    this.#idleExpiry.touch()
  }

  /** Drops the messages and cancels the consumers. Returns the number of ready messages. */
  close(): number {
    this.#idleExpiry.stop()
    for (const consumer of Array.from(this.consumerList)) {
      this.consumerList.remove(consumer)
      this.events.emitConsumer('consumer.removed', consumer)
      consumer.canceled()
    }
    return 0
  }

  addUnacked(_entry: QueueEntry, _recipient: Recipient): void {
    this.#unackedCount += 1
  }

  /** Returns false if the acknowledgement is too late, and the message already requeued. */
  protected removeUnacked(_entry: QueueEntry): boolean {
    this.#unackedCount -= 1
    return true
  }

  /** Drops what is over the limits that the settings allow. */
  protected abstract enforceLimits(): void

  #checkExclusive(consumer: Consumer): void {
    const inUse = consumer.exclusive
      ? this.consumerList.size > 0 || this.settings.singleActiveConsumer
      : Array.from(this.consumerList).some(({ exclusive }) => exclusive)
    if (inUse) throw accessRefused(`${this.title} in exclusive use`)
  }
}
