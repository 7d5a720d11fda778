import { wait } from './wait.ts'

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 }

/** Spaces the calls of a task evenly: `10/s`, `100/m`, `1000/h`, or a number per second. */
export class RateLimit {
  readonly text: string
  readonly #interval: number
  #next = 0
  readonly #replaced = new AbortController()

  /** Throws if the text is not a rate. */
  constructor(rate: string) {
    const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(?:\/([smh]))?$/.exec(rate) ?? []
    if (number === undefined || !(Number(number) > 0))
      throw new TypeError(`a rate limit must be like 10/s, 100/m or 1000/h, and not "${rate}"`)
    this.text = rate
    this.#interval = (units[unit] ?? 1000) / Number(number)
  }

  /** Resolves when it is the turn of the next call, when the limit is replaced, or when aborted. */
  async turn(signal: AbortSignal): Promise<void> {
    const now = performance.now()
    const at = Math.max(now, this.#next)
    this.#next = at + this.#interval
    await wait(at - now, signal, this.#replaced.signal)
  }

  /** From now on, another limit applies, or none. */
  replace(): void {
    this.#replaced.abort()
  }
}

/** The rate limits of the tasks of a worker. */
export class RateLimits {
  readonly #limits = new Map<string, RateLimit>()

  /** Undefined removes the limit. The calls that wait follow the new one. */
  set(task: string, rate: string | undefined): void {
    const limit = rate === undefined ? undefined : new RateLimit(rate)
    this.#limits.get(task)?.replace()
    if (limit === undefined) this.#limits.delete(task)
    else this.#limits.set(task, limit)
  }

  /** The limit of a task as it was set. */
  of(task: string): string | undefined {
    return this.#limits.get(task)?.text
  }

  /** Resolves when a call may start, or when the signal is aborted. */
  async turn(task: string, signal: AbortSignal): Promise<void> {
    let limit = this.#limits.get(task)
    while (limit !== undefined) {
      await limit.turn(signal)
      const current = this.#limits.get(task)
      if (current === limit || signal.aborted) return
      limit = current
    }
  }
}
