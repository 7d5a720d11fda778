import { composite, type Signature } from '../protocol/signature.ts'
import { TaskSignature } from '../protocol/task-signature.ts'

type AnySignature = TaskSignature<unknown>

/** The type of the last result of a chain. */
type LastResult<S extends readonly AnySignature[]> = S extends readonly [
  ...AnySignature[],
  TaskSignature<infer R>,
]
  ? R
  : unknown

/** Makes calls one after the other. Each gets the previous result as its first argument. */
export function chain<const S extends readonly AnySignature[]>(
  ...signatures: S
): TaskSignature<LastResult<S>> {
  return new TaskSignature(composite('chain', { tasks: encode(signatures) }))
}

/** Makes calls at the same time. The result is the list of their results. */
export function group<R>(signatures: readonly TaskSignature<R>[]): TaskSignature<R[]> {
  return new TaskSignature(composite('group', { tasks: encode(signatures) }))
}

/** Calls `body` with the list of the results of `header`, when all calls in it have succeeded. */
export function chord<R>(
  header: readonly AnySignature[],
  body: TaskSignature<R>,
): TaskSignature<R> {
  return new TaskSignature(composite('chord', { header: encode(header), body: body.toJSON() }))
}

function encode(signatures: readonly AnySignature[]): readonly Signature[] {
  return signatures.map((each) => each.toJSON())
}
