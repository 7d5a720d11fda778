import { randomUUID } from 'node:crypto'

import { textOf } from '../protocol/json.ts'
import {
  chordOf,
  composite,
  mapTasks,
  tasksOf,
  withOptions,
  type ResultIds,
  type Signature,
} from '../protocol/signature.ts'

/** Gives an id and a reply queue to each task of a signature, so that their results are known. */
export function freeze(signature: Signature, replyTo: string | undefined): Signature {
  return mapTasks(signature, (task) =>
    withOptions(task, {
      task_id: textOf(task.options['task_id']) ?? randomUUID(),
      ...(replyTo !== undefined && task.options['reply_to'] === undefined && { reply_to: replyTo }),
    }),
  )
}

/** How many results a group has: those of its tasks, and of the last ones of its chains. */
export function sizeOf(signature: Signature): number {
  const { subtask_type: type } = signature
  if (type === 'chord') return sizeOf(chordOf(signature).body)
  if (type === 'group') return tasksOf(signature).reduce((sum, each) => sum + sizeOf(each), 0)
  const last = type === 'chain' ? tasksOf(signature).at(-1) : undefined
  return last === undefined ? 1 : sizeOf(last)
}

/**
 * The ids of the tasks whose results a chord has: in a list of their own for a group that ends a chain.
 * As in Celery, a group directly in the header, or in another group, adds its results to the list around it,
 * and a group of one task is that task.
 */
export function idsOf(header: readonly Signature[]): readonly ResultIds[] {
  return header.flatMap((each) =>
    each.subtask_type === 'group' ? idsOf(tasksOf(each)) : [idsOfMember(each)],
  )
}

function idsOfMember(signature: Signature): ResultIds {
  const { subtask_type: type, options } = signature
  if (type === 'chord') return idsOfMember(chordOf(signature).body)
  if (type === 'group') {
    const ids = idsOf(tasksOf(signature))
    const [only] = ids
    return only !== undefined && ids.length === 1 ? only : ids
  }
  const last = type === 'chain' ? tasksOf(signature).at(-1) : undefined
  return last === undefined ? (textOf(options['task_id']) ?? '') : idsOfMember(last)
}

/** What the tasks of a group have in common. */
export interface Membership {
  readonly group: string
  /** Where its results go; null if they are not collected. */
  readonly chord: Signature | null
}

/** Makes the tasks of a signature members of a group: the last ones, whose results count. */
export function join(signature: Signature, { group, chord }: Membership, first: number): Signature {
  const { subtask_type: type } = signature
  if (type === 'chord') {
    const { header, body } = chordOf(signature)
    return { ...signature, kwargs: { header, body: join(body, { group, chord }, first) } }
  }
  if (type === 'group')
    return { ...signature, kwargs: { tasks: joinAll(tasksOf(signature), { group, chord }, first) } }
  // The tasks of a group in a chord are members of the chord. Python writes null if there is no group.
  if (textOf(signature.options['group_id']) !== undefined) return signature
  if (type !== 'chain')
    return withOptions(signature, { group_id: group, group_index: first, ...(chord && { chord }) })
  const tasks = [...tasksOf(signature)]
  const last = tasks.pop()
  if (last !== undefined) tasks.push(join(last, { group, chord }, first))
  return { ...signature, kwargs: { tasks } }
}

/** The same for all tasks of a group, which are numbered from `first`. */
export function joinAll(
  signatures: readonly Signature[],
  membership: Membership,
  first = 0,
): readonly Signature[] {
  let index = first
  return signatures.map((signature) => {
    const joined = join(signature, membership, index)
    index += sizeOf(signature)
    return joined
  })
}

/** A signature and what follows it; the first of the list is called last, as in a message. */
export function followedBy(first: Signature, rest: readonly Signature[]): Signature {
  return rest.length === 0 ? first : composite('chain', { tasks: [first, ...rest.toReversed()] })
}
