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
    return new TaskSignature({ ...this.#signature, immutable: true })
  }

  /** The same call for another queue. */
  to(queue: string): TaskSignature<R> {
    return new TaskSignature(withOptions(this.#signature, { queue }))
  }

  /** As it travels; JSON.stringify calls it. */
  toJSON(): Signature {
    return this.#signature
  }
}
