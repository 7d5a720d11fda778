import type { AnyResult, GetOptions } from './task-result.ts'

/** The results of a group. */
export class GroupResult implements AnyResult {
  readonly results: readonly AnyResult[]
  readonly parent: AnyResult | undefined

  constructor(results: readonly AnyResult[], parent?: AnyResult) {
    this.results = results
    this.parent = parent
  }

  get isReady(): boolean {
    return this.results.every((each) => each.isReady)
  }

  /** The results of all calls, in their order. Rejects when the first of them fails. */
  get(options?: GetOptions): Promise<unknown[]> {
    return Promise.all(this.results.map((each) => each.get(options)))
  }
}
