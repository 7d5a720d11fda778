/** What a task of the fault suite returns. */
export interface Work {
  readonly number: number
  /** How often it was retried. */
  readonly retries: number
}

/** A tenth of the calls fails at the first attempt. Half of these wait in the broker, and half in a worker. */
export function retryDelayOf(number: number): number | undefined {
  if (number % 10 !== 0) return undefined
  return number % 20 === 0 ? 1000 : 100
}
