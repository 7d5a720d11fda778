import { numberOf, isObject, textOf } from '../protocol/json.ts'
import { decodeSignature, singleTasks, type Signature } from '../protocol/signature.ts'
import type { Call } from '../protocol/task-message.ts'
import type { Caller } from '../transport/call-context.ts'

/** The task that calls the body of a chord. */
export type ChordCaller = Pick<Caller, 'id' | 'rootId'>

/** A task in the header of a chord. */
export interface Member extends ChordCaller {
  readonly group: string
  readonly index: number
  /** What follows the header. */
  readonly body: Signature
}

/** The call as a member of its chord; undefined if it is not in a chord. */
export function memberOf({ id, rootId, group, groupIndex, embed }: Call): Member | undefined {
  if (embed.chord === null || group === null) return undefined
  return { id, rootId, group, index: groupIndex ?? 0, body: embed.chord }
}

/** The tasks that would have followed in the chain of a call. They fail with it. */
export function restOf({ embed }: Call): readonly Signature[] {
  return embed.chain.flatMap(singleTasks)
}

/** The same for a task that has not been called. */
export function memberOfSignature({ options }: Signature, rootId: string): Member | undefined {
  const { task_id: id, group_id: group, group_index: index, chord } = options
  if (!isObject(chord) || typeof group !== 'string') return undefined
  const body = decodeSignature(chord)
  return { id: textOf(id) ?? rootId, rootId, group, index: numberOf(index) ?? 0, body }
}
