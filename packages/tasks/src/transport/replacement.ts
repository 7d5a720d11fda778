import { TaskFailure } from '../protocol/failure.ts'
import { numberOf } from '../protocol/json.ts'
import { applyOptions } from '../protocol/signature-options.ts'
import {
  chordOf,
  composite,
  mapTasks,
  tasksOf,
  withOptions,
  type Signature,
} from '../protocol/signature.ts'
import type { Call } from '../protocol/task-message.ts'
import { join } from './freeze.ts'

/** Celery calls this task after a group that replaces a task: it turns the results into one, their list. */
export const accumulate = 'celery.accumulate'

/** What is called in place of a call, and what follows it in the chain. */
export interface Replacement {
  readonly signature: Signature
  readonly chain: readonly Signature[]
}

/**
 * What replaces a call: its last task takes over the id of the call, its client, its place in a group,
 * and the calls that are linked to it. `queue` is one whose workers know Celery's own tasks.
 */
export function replacementOf(call: Call, signature: Signature, queue: string): Replacement {
  const { id, embed, group, groupIndex, replyTo, ignoreResult, headers } = call
  if (endsInEmptyChain(signature)) throw emptyChain()
  const nesting = (numberOf(headers['replaced_task_nesting']) ?? 0) + 1
  const nest = (task: Signature): Signature => withOptions(task, { replaced_task_nesting: nesting })
  const linked = applyOptions(withOneResult(signature, queue), {
    link: embed.callbacks,
    link_error: embed.errbacks,
  })
  const owned = mapLast(linked, (task) =>
    withOptions(task, {
      task_id: id,
      reply_to: replyTo,
      ...(ignoreResult && { ignore_result: true }),
    }),
  )
  const joined =
    group === null ? owned : join(owned, { group, chord: embed.chord }, groupIndex ?? 0)
  return {
    signature: mapTasks(joined, nest),
    chain: embed.chain.map((each) => mapTasks(each, nest)),
  }
}

/** Then there is no task that could have the result. */
function endsInEmptyChain(signature: Signature): boolean {
  const { subtask_type: type } = signature
  if (type === 'chord') return endsInEmptyChain(chordOf(signature).body)
  if (type !== 'chain') return false
  const last = tasksOf(signature).at(-1)
  return last === undefined || endsInEmptyChain(last)
}

/** Celery's error, so that a Python client knows it. */
function emptyChain(): TaskFailure {
  const [type, module] = ['ImproperlyConfigured', 'celery.exceptions']
  return new TaskFailure({ type, module, args: ['Cannot replace with an empty chain'] })
}

function withOneResult(signature: Signature, queue: string): Signature {
  if (!endsInGroup(signature)) return signature
  const kwargs = { index: 0 }
  const options = { queue }
  const last = { task: accumulate, args: [], kwargs, options, subtask_type: null, immutable: false }
  return composite('chain', { tasks: [signature, last] })
}

function endsInGroup(signature: Signature): boolean {
  const { subtask_type: type } = signature
  if (type === 'chord') return endsInGroup(chordOf(signature).body)
  const last = type === 'chain' ? tasksOf(signature).at(-1) : undefined
  return last === undefined ? type === 'group' : endsInGroup(last)
}

/** Changes the task that has the result of a signature, which must not end in a group. */
function mapLast(signature: Signature, change: (task: Signature) => Signature): Signature {
  const { subtask_type: type } = signature
  if (type === 'chord') {
    const { header, body } = chordOf(signature)
    return { ...signature, kwargs: { header, body: mapLast(body, change) } }
  }
  if (type !== 'chain') return change(signature)
  const tasks = tasksOf(signature)
  const last = tasks.length - 1
  return {
    ...signature,
    kwargs: { tasks: tasks.map((task, index) => (index === last ? mapLast(task, change) : task)) },
  }
}
