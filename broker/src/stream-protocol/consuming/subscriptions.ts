import type { StreamQueue } from '../../core/queue/stream-queue.ts'
import type { OffsetSpec } from '../../core/stream/log/offset-spec.ts'
import type { Clock } from '../../time/clock.ts'
import { Deadline } from '../../time/deadline.ts'
import { commandKey } from '../wire/commands.ts'
import type { StreamFrameWriter } from '../wire/frame-writer.ts'
import { Subscription, type SubscriptionActions, type SubscriptionSpec } from './subscription.ts'

/** How long RabbitMQ waits for the answer to a request, in milliseconds. */
const answerTimeout = 60_000
/**
 * How long after the response the first chunk is sent, in milliseconds. RabbitMQ needs some time to
 * open the log, and programs depend on it: their handlers use the consumer that their client is about to return.
 */
const firstChunkDelay = 5

export interface SubscriptionsHost {
  readonly clock: Clock
  readonly frames: StreamFrameWriter
  scheduleFlush(): void
  requestDelivery(): void
  timedOut(request: string): void
}

/** A consumer update that the client has not answered. */
interface Update {
  readonly subscription: Subscription
  readonly isActive: boolean
  readonly dueAt: number
}

/** The subscriptions of a connection. */
export class Subscriptions implements SubscriptionActions {
  /** Whether the client knows version 2 of deliver. */
  sendsLastChunkId = false
  readonly #host: SubscriptionsHost
  readonly #subscriptions = new Map<number, Subscription>()
  /** Those whose client may not have read yet that it has subscribed. */
  readonly #new = new Set<Subscription>()
  #settling: Disposable | undefined
  /** Those that may have something to send. */
  readonly #ready = new Set<Subscription>()
  readonly #updates = new Map<number, Update>()
  readonly #updateDeadline: Deadline
  #nextCorrelationId = 0

  constructor(host: SubscriptionsHost) {
    this.#host = host
    this.#updateDeadline = new Deadline(host.clock, () => this.#checkUpdates())
  }

  get size(): number {
    return this.#subscriptions.size
  }

  [Symbol.iterator](): Iterator<Subscription> {
    return this.#subscriptions.values()
  }

  get(id: number): Subscription | undefined {
    return this.#subscriptions.get(id)
  }

  uses(stream: StreamQueue): boolean {
    return this.#of(stream).length > 0
  }

  add(spec: SubscriptionSpec): Subscription {
    const subscription = new Subscription(spec, this)
    this.#subscriptions.set(spec.id, subscription)
    spec.stream.subscriptionCount += 1
    return subscription
  }

  /** Reads the stream from now on. The client is being told that it has subscribed. */
  start(subscription: Subscription): void {
    subscription.readLater()
    this.#settling ??= this.#host.clock.after(firstChunkDelay, () => this.settle())
    this.#new.add(subscription)
  }

  /** The client has read the responses: after a while, or because it sends another command. */
  settle(): void {
    if (this.#new.size === 0) return
    this.#settling?.[Symbol.dispose]()
    this.#settling = undefined
    for (const subscription of this.#new) subscription.settle()
    this.#new.clear()
  }

  remove(subscription: Subscription): void {
    this.#subscriptions.delete(subscription.spec.id)
    subscription.spec.stream.subscriptionCount -= 1
    this.#ready.delete(subscription)
    subscription.stop()
    subscription.group?.remove(subscription)
  }

  /** The stream is no longer available. */
  removeAll(stream: StreamQueue): void {
    for (const subscription of this.#of(stream)) this.remove(subscription)
  }

  /** The connection is closed. */
  close(): void {
    this.#updateDeadline.cancel()
    this.#settling?.[Symbol.dispose]()
    for (const subscription of Array.from(this.#subscriptions.values())) this.remove(subscription)
  }

  onReady(subscription: Subscription): void {
    this.#ready.add(subscription)
    this.#host.requestDelivery()
  }

  onActivityChanged(subscription: Subscription, isActive: boolean): void {
    const { clock, frames } = this.#host
    const correlationId = this.#nextCorrelationId++
    frames.command(commandKey.consumerUpdate, (to) => {
      to.long(correlationId)
      to.octet(subscription.spec.id)
      to.octet(isActive ? 1 : 0)
    })
    this.#host.scheduleFlush()
    const dueAt = clock.now() + answerTimeout
    this.#updates.set(correlationId, { subscription, isActive, dueAt })
    this.#updateDeadline.watch(dueAt)
  }

  /** The client has answered a consumer update. Without `start`, it reads from where it subscribed. */
  updateAnswered(correlationId: number, start: OffsetSpec | undefined): void {
    const update = this.#updates.get(correlationId)
    this.#updates.delete(correlationId)
    if (update === undefined) return
    const { subscription, isActive } = update
    if (this.#subscriptions.get(subscription.spec.id) !== subscription) return
    if (isActive) subscription.read(start)
    else subscription.group?.steppedDown(subscription)
  }

  /**
   * Sends chunks to all subscriptions in turn, until `shouldStop` returns true. Returns whether there may
   * be more to send.
   */
  deliver(shouldStop: () => boolean): boolean {
    while (this.#ready.size > 0)
      for (const subscription of this.#ready) {
        this.#deliverNext(subscription)
        if (shouldStop()) return this.#ready.size > 0
      }
    return false
  }

  #deliverNext(subscription: Subscription): void {
    const chunk = subscription.next()
    if (chunk === undefined) this.#ready.delete(subscription)
    else if (chunk !== 'skipped') {
      const { id, stream } = subscription.spec
      const lastChunkId = this.sendsLastChunkId ? stream.log.lastChunkId : undefined
      this.#host.frames.deliver(id, chunk, lastChunkId)
    }
  }

  #checkUpdates(): void {
    const now = this.#host.clock.now()
    let next = Infinity
    for (const { dueAt } of this.#updates.values()) next = Math.min(next, dueAt)
    if (next <= now) this.#host.timedOut('a consumer update')
    else this.#updateDeadline.watch(next)
  }

  #of(stream: StreamQueue): readonly Subscription[] {
    return Array.from(this.#subscriptions.values()).filter((each) => each.spec.stream === stream)
  }
}
