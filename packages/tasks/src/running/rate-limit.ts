const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 }

/** Spaces the calls of a task evenly: `10/s`, `100/m`, `1000/h`, or a number per second. */
export class RateLimit {
  readonly #interval: number
  #next = 0

  /** Throws if the text is not a rate. */
  constructor(rate: string) {
    const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(?:\/([smh]))?$/.exec(rate) ?? []
    if (number === undefined || !(Number(number) > 0))
      throw new TypeError(`a rate limit must be like 10/s, 100/m or 1000/h, and not "${rate}"`)
    this.#interval = (units[unit] ?? 1000) / Number(number)
  }

  /** Reserves the next place, and says how many milliseconds to wait for it. */
  reserve(now = performance.now()): number {
    const at = Math.max(now, this.#next)
    this.#next = at + this.#interval
    return at - now
  }
}
