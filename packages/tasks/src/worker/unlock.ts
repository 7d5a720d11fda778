import { listOf } from '../protocol/json.ts'
import { decodeSignature } from '../protocol/signature.ts'
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
      const size = listOf(results).length
      const chord = { group: String(group), body: decodeSignature(callback), size }
      const isComplete = await completeChord(parts, chord, caller)
      if (!isComplete) currentTask().retry({ delay: 1000, max: 86_400 })
    },
  }
}
