import { listOf } from '../protocol/json.ts'
import { decodeSignature } from '../protocol/signature.ts'
import { notRegistered } from '../protocol/failure.ts'
import { accumulate } from '../transport/replacement.ts'
import { validated, type TaskDefinition } from './definition.ts'

/** Follows a group that replaces a task: the list of its results is the result of that task. */
const accumulateTask: TaskDefinition = {
  name: accumulate,
  options: { parameters: ['results', 'index'] },
  run: ([results]) => results,
}

/** Tasks that Celery's workers have: those that call another task for each item of a list, and `accumulate`. */
export function builtinTasks(
  tasks: ReadonlyMap<string, TaskDefinition>,
): readonly TaskDefinition[] {
  const each = async (task: unknown, argumentLists: readonly unknown[][]): Promise<unknown[]> => {
    const { task: name, args } = decodeSignature(task)
    const definition = tasks.get(name)
    if (definition === undefined) throw notRegistered(name)
    // All of them before the first run: if one does not match, the whole call fails.
    const valid: (readonly unknown[])[] = []
    for (const list of argumentLists) valid.push(await validated(definition, [...list, ...args]))
    const results: unknown[] = []
    for (const list of valid) results.push(await definition.run(list))
    return results
  }
  const all = (task: unknown, items: unknown): Promise<unknown[]> =>
    each(
      task,
      listOf(items).map((item) => [...listOf(item)]),
    )
  const options = { parameters: ['task', 'it'] }
  return [
    {
      name: 'celery.map',
      options,
      run: ([task, items]) =>
        each(
          task,
          listOf(items).map((item) => [item]),
        ),
    },
    {
      name: 'celery.starmap',
      options,
      run: ([task, items]) => all(task, items),
    },
    {
      name: 'celery.chunks',
      options: { parameters: ['task', 'it', 'n'] },
      run: async ([task, items, size]) => {
        const results = await all(task, items)
        const count = Math.ceil(results.length / Number(size))
        return Array.from({ length: count }, (_, n) =>
          results.slice(n * Number(size), (n + 1) * Number(size)),
        )
      },
    },
    accumulateTask,
  ]
}
