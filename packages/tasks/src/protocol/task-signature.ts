import { applyOptions, immutableOf } from './signature-options.ts'
import type { Signature } from './signature.ts'

/** A call that has not been made yet: part of a chain or a group, or an argument of another task. */
export class TaskSignature<R> {
  readonly #signature: Signature
  /** Only for the types: the result of the call. */
  declare readonly result: R

  constructor(signature: Signature) {
    this.#signature = signature
  }

  /** The same call, with its own arguments only: in a chain, it does not get the previous result. */
  get immutable(): TaskSignature<R> {
    return new TaskSignature(immutableOf(this.#signature))
  }

  /** The same call, sent to another queue. As in Celery, of a chain only the first call goes there. */
  to(queue: string): TaskSignature<R> {
    return new TaskSignature(applyOptions(this.#signature, { queue }))
  }

  /** Calls another task with the result, if this call succeeds: that of a whole chain or chord. */
  link(next: TaskSignature<unknown>): TaskSignature<R> {
    return new TaskSignature(applyOptions(this.#signature, { link: [next.toJSON()] }))
  }

  /** Calls another task with the id of the call that failed: any call of a chain or a group. */
  linkError(next: TaskSignature<unknown>): TaskSignature<R> {
    return new TaskSignature(applyOptions(this.#signature, { link_error: [next.toJSON()] }))
  }

  /** The signature as it is sent. JSON.stringify calls this. */
  toJSON(): Signature {
    return this.#signature
  }
}
