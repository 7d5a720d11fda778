/** A limit of the broker was reached; `limit` is the name of the option that sets it. */
export class LimitError extends Error {
  override readonly name = 'LimitError'
  readonly limit: string
  readonly value: number

  constructor(limit: string, value: number) {
    super(`the limit ${limit} (${value}) is reached`)
    this.limit = limit
    this.value = value
  }

  /** The text for a close frame: what could not be done, and the option that would allow it. */
  explain(what: string): string {
    return `${what}: ${this.message}`
  }
}
