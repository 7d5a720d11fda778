import type { Queue } from '../../core/queue/queue.ts'
import { plainDialect } from './expectation.ts'
import type { HistoryEntry, MessageFate } from '../history/history.ts'
import type { TestMessage } from '../history/test-message.ts'
import { ExpectationError, Witness, type Outcome, type WitnessParts } from './witness.ts'

/** A queue, as a test sees it. It need not exist yet. */
export class TestQueue extends Witness<MessageFate> {
  readonly title: string
  readonly #find: () => Queue | undefined

  constructor(name: string, parts: WitnessParts, find: () => Queue | undefined) {
    super(name, parts)
    this.title = `queue "${name}"`
    this.#find = find
  }

  /** All messages that were received so far, in order, whatever happened to them since. */
  get received(): readonly TestMessage[] {
    return this.find({ what: 'received', body: undefined, details: {} }, plainDialect)
  }

  /** The messages in the queue: ready, unacknowledged, or waiting for a delayed retry. */
  get messageCount(): number {
    const queue = this.#find()
    if (queue === undefined) return 0
    return isStream(queue) ? queue.length : queue.length + queue.unackedCount
  }

  /** Waits until the queue exists, and all its messages are done with: acknowledged or dead-lettered. */
  async untilEmpty({
    timeout = this.parts.timeout,
  }: { readonly timeout?: number } = {}): Promise<void> {
    const isEmpty = (): boolean => {
      if (isStream(this.#find()))
        throw new ExpectationError(
          `${this.title} is a stream, which keeps its messages: wait with until('acked') instead`,
        )
      return this.judgeCount(0).pass
    }
    await this.parts.waiters.until(isEmpty, timeout)
    const outcome = this.judgeCount(0, timeout)
    if (!outcome.pass) throw new ExpectationError(outcome.explain())
  }

  /** Waits until the queue exists and has `count` messages, ready or unacknowledged. */
  async untilHolds(count: number, options?: { readonly timeout?: number }): Promise<void> {
    const outcome = await this.expectCount(count, options)
    if (!outcome.pass) throw new ExpectationError(outcome.explain())
  }

  /** Waits for an expectation of `untilHolds`, or for the end of its time. */
  async expectCount(
    count: number,
    { timeout = this.parts.timeout }: { readonly timeout?: number } = {},
  ): Promise<Outcome> {
    await this.parts.waiters.until(() => this.judgeCount(count).pass, timeout)
    return this.judgeCount(count, timeout)
  }

  /** Whether an expectation of `untilHolds` is met now. */
  judgeCount(count: number, timeout?: number): Outcome {
    const queue = this.#find()
    const actual = this.messageCount
    const pass = queue !== undefined && actual === count
    const explain = (): string => {
      const holds = queue === undefined ? 'does not exist' : `holds ${messages(actual)}`
      const after = timeout === undefined ? '' : ` after ${timeout} ms`
      const wanted = pass ? '' : `${after}, but should hold ${messages(count)}`
      return `${this.title} ${holds}${wanted}\n\n${this.describe()}`
    }
    return { pass, found: [], explain }
  }

  protected override assertPossible(what: MessageFate): void {
    if ((what === 'requeued' || what === 'dead-lettered') && isStream(this.#find()))
      throw new ExpectationError(
        `${this.title} is a stream, and messages of a stream are never ${what}`,
      )
  }

  protected override isAbout({ queue }: HistoryEntry): boolean {
    return queue === this.name
  }

  protected override describeState(): string {
    const queue = this.#find()
    if (queue === undefined) return ', which does not exist'
    const delayed = queue.length - queue.messageCount
    const counts = [
      `${queue.messageCount} ready`,
      `${queue.unackedCount} unacked`,
      ...(delayed > 0 ? [`${delayed} delayed`] : []),
      `${queue.consumerCount} ${queue.consumerCount === 1 ? 'consumer' : 'consumers'}`,
    ]
    return ` (${counts.join(', ')})`
  }
}

function isStream(queue: Queue | undefined): boolean {
  return queue?.settings.type === 'stream'
}

function messages(count: number): string {
  return count === 1 ? '1 message' : `${count} messages`
}
