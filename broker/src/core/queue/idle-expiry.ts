import type { Clock } from '../../time/clock.ts'
import { Deadline } from '../../time/deadline.ts'

export interface IdleExpiryOptions {
  readonly clock: Clock
  /** Whether the queue is in use at the moment. */
  readonly isUsed: () => boolean
  readonly onExpired: () => void
}

/** The argument x-expires: a queue that is not used for some time is deleted. */
export class IdleExpiry {
  readonly #options: IdleExpiryOptions
  readonly #deadline: Deadline
  #expires = Infinity
  #usedAt = 0

  constructor(options: IdleExpiryOptions) {
    this.#options = options
    this.#deadline = new Deadline(options.clock, () => this.#check())
  }

  /** Starts the time again. `expires`: milliseconds without use; undefined for no limit. */
  restart(expires: number | undefined): void {
    this.stop()
    this.#expires = expires ?? Infinity
    this.touch()
  }

  /** The queue was used: the time starts again. */
  touch(): void {
    if (this.#expires === Infinity) return
    this.#usedAt = this.#options.clock.now()
    this.#deadline.watch(this.#usedAt + this.#expires)
  }

  /** For good: what happens to the queue afterward does not count as use. */
  stop(): void {
    this.#expires = Infinity
    this.#deadline.cancel()
  }

  #check(): void {
    const { clock, isUsed, onExpired } = this.#options
    if (isUsed()) this.#usedAt = clock.now()
    const dueAt = this.#usedAt + this.#expires
    if (dueAt <= clock.now()) onExpired()
    else this.#deadline.watch(dueAt)
  }
}
