import { applyOptions, immutableOf } from '../protocol/signature-options.ts'
import { withOptions, type Signature } from '../protocol/signature.ts'

/** A call that has not been made yet: part of a chain or a group, or an argument of another task. */
export class TaskSignature<R> {
  readonly #signature: Signature
  /** Only for the types: what the call results in. */
  declare readonly result: R

  constructor(signature: Signature) {
    this.#signature = signature
  }

  /** The same call, with its own arguments only: the result before it is not passed on. */
  get immutable(): TaskSignature<R> {
    return new TaskSignature(immutableOf(this.#signature))
  }

  /** The same call for another queue. */
  to(queue: string): TaskSignature<R> {
    return new TaskSignature(withOptions(this.#signature, { queue }))
  }

  /** Calls another task with the result, if the call succeeds; after a chain or a chord, with its result. */
  link(next: TaskSignature<unknown>): TaskSignature<R> {
    return new TaskSignature(applyOptions(this.#signature, { link: [next.toJSON()] }))
  }

  /** Calls another task with the id of the task that failed: one of a chain, each of a group. */
  linkError(next: TaskSignature<unknown>): TaskSignature<R> {
    return new TaskSignature(applyOptions(this.#signature, { link_error: [next.toJSON()] }))
  }

  /** As it travels; JSON.stringify calls it. */
  toJSON(): Signature {
    return this.#signature
  }
}
