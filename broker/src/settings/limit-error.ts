/** A limit of the broker is reached. `limit` is the name of the option that sets it. */
export class LimitError extends Error {
  override readonly name = 'LimitError'
  readonly limit: string
  readonly value: number

  constructor(limit: string, value: number) {
    super(`the limit ${limit} (${value}) is reached`)
    this.limit = limit
    this.value = value
  }

  /** The text for the client: what failed, and which option to change. */
  explain(what: string): string {
    return `${what}: ${this.message}`
  }
}
