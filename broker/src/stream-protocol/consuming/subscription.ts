import type { StreamQueue } from '../../core/queue/stream-queue.ts'
import type { FilterSpec } from '../../core/stream/chunk/bloom-filter.ts'
import type { Chunk } from '../../core/stream/chunk/chunk.ts'
import type { LogReader } from '../../core/stream/log/log-reader.ts'
import type { OffsetSpec } from '../../core/stream/log/offset-spec.ts'
import type { ConsumerGroup, GroupMember } from './consumer-group.ts'

export interface SubscriptionSpec {
  readonly id: number
  readonly stream: StreamQueue
  readonly start: OffsetSpec
  /** How many chunks the client accepts at first. */
  readonly credit: number
  readonly filter: FilterSpec | undefined
  /** As the client sent them. */
  readonly properties: ReadonlyMap<string, string>
}

export interface SubscriptionActions {
  /** There may be something to send. */
  onReady(subscription: Subscription): void
  onActivityChanged(subscription: Subscription, isActive: boolean): void
}

/** A consumer: it reads a stream, and sends a chunk for each credit. */
export class Subscription implements GroupMember {
  readonly spec: SubscriptionSpec
  /** The single active consumer's group; undefined for other consumers. */
  group: ConsumerGroup | undefined
  readonly #actions: SubscriptionActions
  readonly #sendLimit: number
  /** How many records were sent to it. */
  consumed = 0
  /** The offset of the last of them. */
  offset = 0
  /** False for a single active consumer unless its group has chosen it. */
  isActive = true
  /** It sends nothing yet: its client has not had time to read that it has subscribed. */
  #isNew = false
  #credit: number
  #isSending = false
  #reader: LogReader | undefined
  #commits: Disposable | undefined

  constructor(spec: SubscriptionSpec, actions: SubscriptionActions) {
    this.spec = spec
    this.#actions = actions
    this.#credit = spec.credit
    // RabbitMQ waits for more than half of the first credits before it sends again, so that it sends
    // several chunks at once.
    this.#sendLimit = Math.floor(spec.credit / 2)
  }

  get credit(): number {
    return this.#credit
  }

  /** False for a single active consumer that is not the active one, or has not answered yet. */
  get isReading(): boolean {
    return this.#reader !== undefined
  }

  /** Reads from now on, but sends nothing before `settle` is called. */
  readLater(): void {
    this.#isNew = true
    this.read()
  }

  settle(): void {
    this.#isNew = false
    this.#wake()
  }

  read(start: OffsetSpec = this.spec.start): void {
    this.stop()
    const { log } = this.spec.stream
    this.#reader = log.read(start, this.spec.filter)
    this.#commits = log.onCommit(() => this.#wake())
    this.#wake()
  }

  stop(): void {
    this.#commits?.[Symbol.dispose]()
    this.#commits = undefined
    this.#reader = undefined
    this.#isSending = false
  }

  /** `credit` may be negative, as in RabbitMQ. */
  addCredit(credit: number): void {
    this.#credit += credit
    this.#wake()
  }

  activityChanged(isActive: boolean): void {
    this.isActive = isActive
    if (!isActive) this.stop()
    this.#actions.onActivityChanged(this, isActive)
  }

  /** The next chunk to send, for one credit. Undefined if there is none, or not enough credit. */
  next(): Chunk | 'skipped' | undefined {
    if (!this.#canSend) {
      this.#isSending = false
      return undefined
    }
    this.#isSending = true
    const chunk = this.#reader?.step()
    if (chunk === undefined) this.#isSending = false
    else if (chunk !== 'skipped') {
      this.#credit -= 1
      this.consumed += chunk.records
      this.offset = chunk.nextOffset - 1
    }
    return chunk
  }

  get #canSend(): boolean {
    if (this.#reader === undefined || this.#isNew) return false
    return this.#credit > (this.#isSending ? 0 : this.#sendLimit)
  }

  #wake(): void {
    if (this.#canSend) this.#actions.onReady(this)
  }
}
