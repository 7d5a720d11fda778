import { listOf } from '../protocol/json.ts'
import { decodeSignature, type ResultIds } from '../protocol/signature.ts'
import { currentTask } from '../running/context.ts'
import type { TaskDefinition } from '../running/definition.ts'
import { callers } from '../transport/call-context.ts'
import { completeChord } from './chord.ts'
import type { WorkerParts } from './worker-options.ts'

/**
 * With most result backends, a Python client that calls a chord does not say in its header how many tasks
 * it has, but sends this task. It runs again every second until the chord is complete, for a day.
 */
export function unlockTask(parts: Omit<WorkerParts, 'tasks'>): TaskDefinition {
  return {
    name: 'celery.chord_unlock',
    options: { parameters: ['group_id', 'callback', 'interval', 'max_retries', 'result'] },
    run: async ([group, callback, , , results]) => {
      const caller = callers.getStore() ?? { id: '', rootId: '' }
      const ids = listOf(results).map(idsOfResult)
      const size = countOf(ids)
      const chord = { group: String(group), body: decodeSignature(callback), size, ids }
      const isComplete = await completeChord(parts, chord, caller)
      if (!isComplete) currentTask().retry({ delay: 1000, max: 86_400 })
    },
  }
}

/** Python writes a result as `[[id, parent], null]`, and that of a group with a list of its results. */
function idsOfResult(result: unknown): ResultIds {
  const [about, children] = listOf(result)
  if (Array.isArray(children)) return children.map(idsOfResult)
  return String(listOf(about)[0] ?? result)
}

function countOf(ids: readonly ResultIds[]): number {
  return ids.reduce<number>((sum, each) => sum + (typeof each === 'string' ? 1 : countOf(each)), 0)
}
