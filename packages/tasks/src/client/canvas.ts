import { composite, type Signature } from '../protocol/signature.ts'
import { TaskSignature } from './task-signature.ts'

type AnySignature = TaskSignature<unknown>

/** What the last signature of a chain results in. */
type LastResult<S extends readonly AnySignature[]> = S extends readonly [
  ...AnySignature[],
  TaskSignature<infer R>,
]
  ? R
  : unknown

/** One call after the other; each gets the result of the one before it as its first argument. */
export function chain<const S extends readonly AnySignature[]>(
  ...signatures: S
): TaskSignature<LastResult<S>> {
  return new TaskSignature(composite('chain', { tasks: encode(signatures) }))
}

/** Calls that run at the same time; it results in the list of their results. */
export function group<R>(signatures: readonly TaskSignature<R>[]): TaskSignature<R[]> {
  return new TaskSignature(composite('group', { tasks: encode(signatures) }))
}

/** A call with the list of the results of a group, when all of them have succeeded. */
export function chord<R>(
  header: readonly AnySignature[],
  body: TaskSignature<R>,
): TaskSignature<R> {
  return new TaskSignature(composite('chord', { header: encode(header), body: body.toJSON() }))
}

function encode(signatures: readonly AnySignature[]): readonly Signature[] {
  return signatures.map((each) => each.toJSON())
}
