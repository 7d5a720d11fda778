import { describeHistory } from '../history/describe-history.ts'
import type { History, HistoryEntry } from '../history/history.ts'
import { TestMessage } from '../history/test-message.ts'
import { describeExpected, matches, plainDialect } from './expectation.ts'
import type { Dialect, MessageDetails } from './expectation.ts'
import type { Waiters } from './waiters.ts'

/** An expectation that was not met. The message ends with what the broker saw. */
export class ExpectationError extends Error {
  override readonly name = 'ExpectationError'
}

export interface WitnessParts {
  readonly history: History
  readonly waiters: Waiters
  /** Milliseconds for an expectation that does not say otherwise. */
  readonly timeout: number
}

/** The outcome of an expectation, for a matcher. */
export interface Outcome {
  readonly pass: boolean
  readonly found: readonly TestMessage[]
  /** Why it failed, or passed where it should not have. */
  readonly explain: () => string
}

export interface Expected<W extends string> {
  readonly what: W
  readonly body: unknown
  readonly details: MessageDetails
}

/** A queue or an exchange, and what the broker saw of it. */
export abstract class Witness<W extends string> {
  readonly name: string
  /** `queue "orders"`. */
  abstract readonly title: string
  readonly #parts: WitnessParts

  constructor(name: string, parts: WitnessParts) {
    this.name = name
    this.#parts = parts
  }

  /**
   * Waits until this has happened to a message, and resolves with all messages for which it is true.
   * `body` is the body as text or bytes, its JSON, a regular expression, or a function that decides.
   */
  async until(
    what: W,
    body?: unknown,
    details: MessageDetails = {},
  ): Promise<[TestMessage, ...TestMessage[]]> {
    const outcome = await this.expect({ what, body, details }, plainDialect)
    const [first, ...others] = outcome.found
    if (!outcome.pass || first === undefined) throw new ExpectationError(outcome.explain())
    return [first, ...others]
  }

  /** What the broker saw: a line for each thing that happened. */
  describe(): string {
    const history = describeHistory(this.#parts.history, (entry) => this.concerns(entry))
    return `What the broker saw of ${this.title}${this.describeState()}:\n${history}`
  }

  /** Waits for an expectation of `until`, or for the end of its time. */
  async expect(expected: Expected<W>, dialect: Dialect): Promise<Outcome> {
    const { times = 1, timeout = this.#parts.timeout } = expected.details
    const { waiters } = this.#parts
    const isMet = (): boolean => {
      this.assertPossible(expected.what)
      return this.find(expected, dialect).length >= times
    }
    await waiters.until(isMet, timeout)
    return this.judge(expected, dialect)
  }

  /** Whether an expectation of `until` is met now. */
  judge(expected: Expected<W>, dialect: Dialect): Outcome {
    const { what, body, details } = expected
    const { times, timeout = this.#parts.timeout } = details
    const found = this.find(expected, dialect)
    const pass = times === undefined ? found.length > 0 : found.length === times
    const about = describeExpected(body, details, dialect)
    const explain = (): string => {
      const { length } = found
      const [noun, verb] = length > 1 ? ['messages', 'were'] : ['message', 'was']
      const result = `${length === 0 ? 'no' : length} ${noun}${about} ${verb} ${what}`
      const missed = times === undefined ? '' : `, not ${times},`
      const end = pass ? '' : `${missed} within ${timeout} ms`
      return `${this.title}: ${result}${end}\n\n${this.describe()}`
    }
    return { pass, found, explain }
  }

  protected get parts(): WitnessParts {
    return this.#parts
  }

  /** Throws if this cannot happen to a message here, so that it is not waited for. */
  protected abstract assertPossible(what: W): void

  protected abstract isAbout(entry: HistoryEntry): boolean

  /** In brackets after the title; empty if there is nothing to say. */
  protected abstract describeState(): string

  protected concerns(entry: HistoryEntry): boolean {
    return this.isAbout(entry) || (entry.queue === undefined && entry.exchange === undefined)
  }

  /** The messages to which this has happened, in order. */
  protected find({ what, body, details }: Expected<W>, dialect: Dialect): TestMessage[] {
    return Array.from(this.parts.history)
      .filter((entry) => entry.what === what && this.isAbout(entry))
      .filter((entry) => matches(entry, { body, details }, dialect))
      .flatMap(({ message }) => (message === undefined ? [] : [new TestMessage(message)]))
  }
}
