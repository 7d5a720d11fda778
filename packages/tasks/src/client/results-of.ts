import { textOf } from '../protocol/json.ts'
import { chordOf, tasksOf, type Signature } from '../protocol/signature.ts'
import { TaskResult, type AnyResult } from './task-result.ts'
import { GroupResult } from './group-result.ts'

/** The results of a frozen signature. `expect` is called with that of each single task. */
export function resultsOf(
  signature: Signature,
  expect: (result: TaskResult<unknown>) => void,
  parent?: AnyResult,
): AnyResult {
  const { subtask_type: type, options } = signature
  if (type === 'chain') {
    let last = parent
    for (const each of tasksOf(signature)) last = resultsOf(each, expect, last)
    if (last === undefined) throw new TypeError('a chain needs a task')
    return last
  }
  if (type === 'group') return groupOf(tasksOf(signature), expect, parent)
  if (type === 'chord') {
    const { header, body } = chordOf(signature)
    return resultsOf(body, expect, groupOf(header, expect, parent))
  }
  const { task_id: id, ignore_result: ignored } = options
  const result = new TaskResult<unknown>(textOf(id) ?? '', { parent, ignored: ignored === true })
  if (!result.ignored) expect(result)
  return result
}

function groupOf(
  members: readonly Signature[],
  expect: (result: TaskResult<unknown>) => void,
  parent?: AnyResult,
): GroupResult {
  return new GroupResult(
    members.map((each) => resultsOf(each, expect, parent)),
    parent,
  )
}
