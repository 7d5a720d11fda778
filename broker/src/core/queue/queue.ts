import type { FieldTable } from '../../protocol/field-value.ts'
import { accessRefused } from '../../protocol/faults.ts'
import type { DeathReason } from '../message/death.ts'
import type { MessageEvent } from '../../events/broker-events.ts'
import type { Message } from '../message/message.ts'
import type { Consumer, ConsumerLine, Holder } from './consumers/consumer.ts'
import { Deadline } from '../../time/deadline.ts'
import { messageOf, QueueEntry, type Waiting } from './messages/queue-entry.ts'
import type { QueueHost } from './queue-host.ts'
import type { ReadyMessages } from './messages/ready-messages.ts'
import type { QueueSettings } from './queue-settings.ts'

/** How a queue was declared. */
export interface QueueSpec {
  readonly name: string
  readonly durable: boolean
  readonly autoDelete: boolean
  /** The connection that alone may use it, for an exclusive queue. */
  readonly owner: object | undefined
  readonly arguments: FieldTable
  readonly settings: QueueSettings
}

/** The parts in which the types of queue differ. */
export interface QueueParts {
  readonly ready: ReadyMessages
  readonly line: ConsumerLine
}

/**
 * A queue: messages that wait, consumers that take them, and what was taken and is not settled. What
 * it changes it changes at once; `deliver` is left to the caller where a reply has to go first.
 */
export abstract class Queue {
  readonly spec: QueueSpec
  /** The last routing of a message that found this queue: the router's own. */
  lastRouting = 0
  protected readonly host: QueueHost
  readonly #ready: ReadyMessages
  readonly #line: ConsumerLine
  readonly #expiry: Deadline
  readonly #disuse: Deadline
  #readyBytes = 0
  #unsettled = 0
  #nextPosition = 0
  /** Some message here has, or had, a time to live. */
  #mayExpire = false
  #usedAt: number
  #closed = false

  protected constructor(spec: QueueSpec, host: QueueHost, parts: QueueParts) {
    this.spec = spec
    this.host = host
    this.#ready = parts.ready
    this.#line = parts.line
    this.#expiry = new Deadline(host.clock, () => this.deliver())
    this.#disuse = new Deadline(host.clock, () => this.#checkDisuse())
    this.#usedAt = host.clock.now()
    this.touch()
  }

  get name(): string {
    return this.spec.name
  }

  get settings(): QueueSettings {
    return this.spec.settings
  }

  /** `queue 'tasks' in vhost '/'`, as error texts name it. */
  get title(): string {
    return `queue '${this.spec.name}' in vhost '${this.host.vhost}'`
  }

  get messageCount(): number {
    return this.#ready.length
  }

  get unsettledCount(): number {
    return this.#unsettled
  }

  get consumerCount(): number {
    return this.#line.size
  }

  get closed(): boolean {
    return this.#closed
  }

  /** False where the queue is full and refuses the message rather than drop its head. */
  publish(message: Message): boolean {
    if (this.refuses(message)) {
      if (this.settings.overflow === 'reject-publish-dlx') this.#die(message, 0, 'maxlen')
      return false
    }
    this.host.memory.hold(message)
    this.#tell('routed', message)
    const expiresAt = this.expiryOf(message)
    if (expiresAt !== Infinity) this.#mayExpire = true
    // A message that expires at once still goes to a consumer that is ready for it.
    const consumer = this.#ready.length === 0 ? this.#line.next() : undefined
    const isPlain = expiresAt === Infinity && message.failures === 0
    if (isPlain && consumer === undefined) this.#enqueue(message, message)
    else this.#arrive(new QueueEntry(message, expiresAt), consumer)
    return true
  }

  /** Takes the first message, for a client that asks for one. */
  get(noAck: boolean, holder: Holder): QueueEntry | undefined {
    this.touch()
    this.#dropExpired()
    const entry = this.#shift()
    // What comes to the head may have expired behind it.
    this.#dropExpired()
    this.enforceLimits()
    this.#watchExpiry()
    if (entry === undefined) return undefined
    this.#handedOver(entry, '')
    if (noAck) this.host.memory.release(entry.message)
    else this.#takenBy(entry, holder)
    return entry
  }

  /** Acknowledges: the message is done with. */
  settle(entry: QueueEntry): void {
    if (!this.reclaim(entry)) return
    this.#forget(entry)
    this.#tell('acked', entry.message)
  }

  /** Rejects without requeue: the message goes to the dead letter exchange, if there is one. */
  discard(entry: QueueEntry, failed: boolean): void {
    if (!this.reclaim(entry)) return
    this.#forget(entry)
    if (failed) entry.failures += 1
    if (!this.#closed) this.#die(entry.message, entry.failures, 'rejected')
  }

  /** Gives a message back; `failed` where that counts against its delivery limit. */
  putBack(entry: QueueEntry, failed: boolean): void {
    if (!this.reclaim(entry)) return
    if (this.#closed) {
      this.#forget(entry)
      return
    }
    this.#unsettled -= 1
    if (failed) entry.failures += 1
    this.restore(entry, failed)
  }

  /** Hands out what it can. */
  deliver(): void {
    while (!this.#closed) {
      this.#dropExpired()
      if (this.#ready.length === 0) break
      const consumer = this.#line.next()
      if (consumer === undefined) break
      const entry = this.#shift()
      if (entry !== undefined) this.#hand(entry, consumer)
    }
    this.enforceLimits()
    this.#watchExpiry()
  }

  /** Adds a consumer; it gets its first message from `deliver`. Throws on a clash of exclusives. */
  addConsumer(consumer: Consumer): void {
    if (this.settings.type === 'classic') this.#checkExclusiveUse(consumer)
    this.touch()
    this.#line.add(consumer)
    this.host.events.emit('consumer.added', this.#consumerEvent(consumer))
  }

  /** What the consumer holds stays with it. */
  removeConsumer(consumer: Consumer): void {
    if (!this.#line.remove(consumer)) return
    this.host.events.emit('consumer.removed', this.#consumerEvent(consumer))
    this.touch()
    if (this.spec.autoDelete && this.#line.size === 0) this.host.remove(this)
    else this.deliver()
  }

  /** A consumer that was full can take messages again. */
  resume(consumer: Consumer): void {
    this.#line.resume(consumer)
    if (this.#ready.length > 0) this.deliver()
  }

  /** Drops the messages that wait, and says how many they were. */
  purge(): number {
    const count = this.#ready.length
    for (const waiting of this.#ready) this.host.memory.release(messageOf(waiting))
    this.#ready.clear()
    this.#readyBytes = 0
    this.enforceLimits()
    return count
  }

  /** Marks the queue as used now, so that `x-expires` counts from here. */
  touch(): void {
    const { expires } = this.settings
    if (expires === undefined) return
    this.#usedAt = this.host.clock.now()
    this.#disuse.watch(this.#usedAt + expires)
  }

  /** Ends the queue: its messages are dropped and its consumers told. Returns how many waited. */
  close(): number {
    const count = this.purge()
    this.#closed = true
    this.#expiry.cancel()
    this.#disuse.cancel()
    for (const consumer of Array.from(this.#line)) {
      this.#line.remove(consumer)
      this.host.events.emit('consumer.removed', this.#consumerEvent(consumer))
      consumer.cancelled()
    }
    return count
  }

  /** When a message that comes now expires. */
  protected expiryOf(message: Message): number {
    const ttl = Math.min(this.settings.messageTtl ?? Infinity, message.ttl ?? Infinity)
    return ttl === Infinity ? Infinity : this.host.clock.now() + ttl
  }

  /** A message was taken by somebody who has to settle it. */
  protected handedOut(_entry: QueueEntry, _holder: Holder): void {}

  /** A message is being settled; false where the queue has already taken it back. */
  protected reclaim(_entry: QueueEntry): boolean {
    return true
  }

  /** A message comes that failed elsewhere; `direct` where a consumer waits for it. */
  protected abstract arrivedFailed(entry: QueueEntry, direct: boolean): void

  /** What a message that comes back is to become. */
  protected abstract restore(entry: QueueEntry, failed: boolean): void

  protected restoreReady(entry: QueueEntry): void {
    entry.redelivered = true
    this.#ready.putBack(entry)
    this.#readyBytes += this.sizeOf(entry.message)
    this.#tell('requeued', entry.message)
  }

  /** A message that was taken leaves for the dead letter exchange. */
  protected bury(entry: QueueEntry, reason: DeathReason): void {
    this.host.memory.release(entry.message)
    this.#die(entry.message, entry.failures, reason)
  }

  /** What the limits of the queue are held against. */
  protected get length(): number {
    return this.#ready.length
  }

  protected get bytes(): number {
    return this.#readyBytes
  }

  /** What a message counts for the limit of the bytes. */
  protected sizeOf(message: Message): number {
    return message.body.length
  }

  /** True where the queue takes no more, rather than drop its head. */
  protected abstract refuses(message: Message): boolean

  /** Sees to it that the queue is not over its limits. */
  protected enforceLimits(): void {
    const { maxLength, maxBytes, overflow } = this.settings
    if (overflow !== 'drop-head') return
    while (this.length > maxLength || this.#readyBytes > maxBytes) {
      const entry = this.#shift()
      if (entry === undefined) return
      this.bury(entry, 'maxlen')
    }
  }

  protected takeBackUnsettled(): void {
    this.#unsettled -= 1
  }

  #arrive(entry: QueueEntry, consumer: Consumer | undefined): void {
    if (entry.failures > 0) this.arrivedFailed(entry, consumer !== undefined)
    if (consumer === undefined) this.#enqueue(entry, entry.message)
    else this.#hand(entry, consumer)
  }

  #enqueue(waiting: Waiting, message: Message): void {
    this.#ready.push(waiting)
    this.#readyBytes += this.sizeOf(message)
    this.deliver()
  }

  #hand(entry: QueueEntry, consumer: Consumer): void {
    this.#handedOver(entry, consumer.tag)
    if (consumer.noAck) this.host.memory.release(entry.message)
    else this.#takenBy(entry, consumer)
    consumer.deliver(entry)
  }

  #takenBy(entry: QueueEntry, holder: Holder): void {
    this.#unsettled += 1
    this.handedOut(entry, holder)
  }

  #forget(entry: QueueEntry): void {
    this.#unsettled -= 1
    this.host.memory.release(entry.message)
  }

  #shift(): QueueEntry | undefined {
    const entry = this.#ready.shift()
    if (entry !== undefined) this.#readyBytes -= this.sizeOf(entry.message)
    return entry
  }

  #watchExpiry(): void {
    if (this.#mayExpire) this.#expiry.watch(this.#ready.nextExpiry())
  }

  #dropExpired(): void {
    if (!this.#mayExpire || this.#ready.nextExpiry() === Infinity) return
    const now = this.host.clock.now()
    for (;;) {
      const entry = this.#ready.shiftExpired(now)
      if (entry === undefined) return
      this.#readyBytes -= this.sizeOf(entry.message)
      this.bury(entry, 'expired')
    }
  }

  #die(message: Message, failures: number, reason: DeathReason): void {
    if (this.host.events.hasListeners('dead-lettered'))
      this.host.events.emit('dead-lettered', { ...this.#messageEvent(message), reason })
    if (this.settings.deadLetterExchange === undefined) return
    this.host.deadLetter({ queue: this, message, failures, reason })
  }

  #checkDisuse(): void {
    const { expires } = this.settings
    if (expires === undefined || this.#closed) return
    if (this.#line.size > 0) this.#usedAt = this.host.clock.now()
    const due = this.#usedAt + expires
    if (due <= this.host.clock.now()) this.host.remove(this)
    else this.#disuse.watch(due)
  }

  #checkExclusiveUse(consumer: Consumer): void {
    const inUse = consumer.exclusive
      ? this.#line.size > 0 || this.settings.singleActiveConsumer
      : Array.from(this.#line).some((other) => other.exclusive)
    if (inUse) throw accessRefused(`${this.title} in exclusive use`)
  }

  #handedOver(entry: QueueEntry, consumerTag: string): void {
    if (entry.position < 0) entry.position = this.#nextPosition++
    if (!this.host.events.hasListeners('delivered')) return
    const { redelivered } = entry
    const event = this.#messageEvent(entry.message)
    this.host.events.emit('delivered', { ...event, consumerTag, redelivered })
  }

  #tell(name: 'routed' | 'acked' | 'requeued', message: Message): void {
    if (this.host.events.hasListeners(name))
      this.host.events.emit(name, this.#messageEvent(message))
  }

  #messageEvent(message: Message): MessageEvent & { readonly queue: string } {
    const { exchange, routingKey, body } = message
    const { vhost } = this.host
    return { vhost, exchange, routingKey, bytes: body.length, queue: this.name }
  }

  #consumerEvent(consumer: Consumer): { vhost: string; queue: string; consumerTag: string } {
    return { vhost: this.host.vhost, queue: this.name, consumerTag: consumer.tag }
  }
}
