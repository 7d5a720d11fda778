import { brokerForEachTest } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { chain, chord, currentTask, group, TaskFailure } from '../src/index.ts'
import { callFromPython, celeryWorker, python } from './celery.ts'
import { TestProgram } from './support.ts'

const broker = brokerForEachTest()

/** A program whose task `ts.replaced` is replaced by the sum of its arguments, computed in some way. */
async function calculator() {
  const program = await TestProgram.on(broker)
  const { tasks } = program
  const add = tasks.define('ts.plus', (a: number, b: number) => a + b, { queue: 'node' })
  const list = tasks.define('ts.list', (values: unknown) => JSON.stringify(values), {
    queue: 'node',
  })
  const fail = tasks.define(
    'ts.fail',
    (): number => {
      throw new Error('on purpose')
    },
    { queue: 'node' },
  )
  return { program, tasks, add, list, fail }
}

describe('a task that replaces itself', () => {
  test('by another one has its result, under the same id', async () => {
    const { program, tasks, add } = await calculator()
    await using _ = program
    const ids: unknown[] = []
    const last = tasks.define('ts.last', (n: number) => {
      const { id, rootId, parentId, headers } = currentTask()
      ids.push([id, rootId, parentId, headers['replaced_task_nesting']])
      return n
    })
    const again = tasks.define('ts.again', (n: number): number =>
      currentTask().replace(last.s(n + 1)),
    )
    const replaced = tasks.define('ts.replaced', (n: number): number => {
      const value = currentTask().replace(again.s(n + 1))
      ids.push('this runs')
      return value
    })
    const events: string[] = []
    await program.work({
      queues: ['celery', 'node'],
      onTask: ({ event, task }) => events.push(`${task} ${event}`),
    })
    const result = await replaced.delay(1)
    const states: string[] = []
    for await (const { state } of result.updates()) states.push(state)
    expect([states, await result.get()]).toEqual([['SUCCESS'], 3])
    expect(ids).toEqual([[result.id, result.id, result.id, 2]])
    expect(events.filter((each) => each.endsWith('replaced'))).toEqual([
      'ts.replaced replaced',
      'ts.again replaced',
    ])
    expect(await add.call(1, 1)).toBe(2)
  })

  test('keeps its place in a chain, whatever replaces it', async () => {
    const { program, tasks, add, list } = await calculator()
    await using _ = program
    const byChain = tasks.define('ts.chain', (n: number): number =>
      currentTask().replace(chain(add.s(n, 1), add.s(10))),
    )
    const byGroup = tasks.define('ts.group', (n: number) =>
      currentTask().replace(group([add.s(n, 1), add.s(n, 2)])),
    )
    const byChord = tasks.define('ts.chord', (n: number) =>
      currentTask().replace(chord([add.s(n, 1), add.s(n, 2)], list.s())),
    )
    const byChainWithGroup = tasks.define('ts.chain_with_group', (n: number): unknown =>
      currentTask().replace(chain(add.s(n, 1), group([add.s(1), add.s(2)]))),
    )
    await program.work({ queues: ['celery', 'node'] })
    const { connected } = program
    expect(await byChain.call(1)).toBe(12)
    expect(await byGroup.call(1)).toEqual([2, 3])
    expect(await byChord.call(1)).toBe('[2,3]')
    expect(await byChainWithGroup.call(1)).toEqual([3, 4])
    const send = async (signature: Parameters<typeof connected.send>[0]) =>
      (await connected.send(signature)).get()
    expect(await send(chain(add.s(0, 1), byChain.s(), add.s(100)))).toBe(112)
    expect(await send(chain(add.s(0, 1), byGroup.s(), list.s()))).toBe('[2,3]')
    expect(await send(chain(add.s(0, 1), byChainWithGroup.s(), list.s()))).toBe('[3,4]')
  })

  test('keeps its place in a group and in a chord', async () => {
    const { program, tasks, add, list } = await calculator()
    await using _ = program
    const byChain = tasks.define('ts.chain', (n: number): number =>
      currentTask().replace(chain(add.s(n, 1), add.s(10))),
    )
    const byGroup = tasks.define('ts.group', (n: number) =>
      currentTask().replace(group([add.s(n, 1), add.s(n, 2)])),
    )
    await program.work({ queues: ['celery', 'node'] })
    const { connected } = program
    const inGroup = await connected.send(group([byChain.s(1), add.s(1, 1)]))
    expect(await inGroup.get()).toEqual([12, 2])
    const header = [byGroup.s(1), add.s(1, 1), chain(add.s(1, 1), byChain.s())]
    const inChord = await connected.send(chord(header, list.s()))
    expect(await inChord.get()).toBe('[[2,3],2,13]')
  })

  test('leaves to its replacement what is linked to it', async () => {
    const { program, tasks, add, fail } = await calculator()
    await using _ = program
    const seen: unknown[] = []
    const log = tasks.define('ts.log', (value: unknown) => void seen.push(value))
    const succeeding = tasks.define('ts.succeeding', (n: number): number =>
      currentTask().replace(chain(add.s(n, 1), add.s(10))),
    )
    const failing = tasks.define('ts.failing', (): number =>
      currentTask().replace(chain(add.s(1, 1), fail.si())),
    )
    await program.work({ queues: ['celery', 'node'] })
    const { connected } = program
    const linked = succeeding.s(1).link(log.s()).linkError(log.s())
    expect(await (await connected.send(linked)).get()).toBe(12)
    await expect.poll(() => seen).toEqual([12])
    const call = await connected.send(failing.s().link(log.s()).linkError(log.s()))
    await expect(call.get()).rejects.toMatchObject({ args: ['on purpose'], taskId: call.id })
    await expect.poll(() => seen).toEqual([12, call.id])
    const followed = await connected.send(chain(failing.s(), add.s(1)))
    await expect(followed.get()).rejects.toMatchObject({ args: ['on purpose'] })
  })

  test('fails if there is nothing to replace it', async () => {
    const { program, tasks, add } = await calculator()
    await using _ = program
    const empty = (): unknown => currentTask().replace(chain())
    const late = tasks.define('ts.late', empty)
    const early = tasks.define('ts.early', empty, { acknowledge: 'before' })
    const nested = tasks.define('ts.nested', () =>
      currentTask().replace(chain(add.s(1, 1), chain())),
    )
    await program.work()
    for (const task of [late, early, nested])
      await expect(task.call()).rejects.toMatchObject({
        type: 'ImproperlyConfigured',
        module: 'celery.exceptions',
        args: ['Cannot replace with an empty chain'],
      })
  })
})

describe.skipIf(python === undefined)('with Celery, a task that replaces itself', () => {
  test('in TypeScript by tasks in Python has their result', async () => {
    const { program, tasks, add, list } = await calculator()
    await using _program = program
    await using _worker = await celeryWorker(broker)
    const far = tasks.remote<(x: number, y: number) => number>('py.add')
    const sum = tasks.remote<(values: readonly number[]) => number>('py.sum')
    const node = { queue: 'node' }
    const byTask = tasks.define(
      'ts.by_task',
      (n: number) => currentTask().replace(far.s(n, 1)),
      node,
    )
    const byChord = tasks.define(
      'ts.by_chord',
      (n: number) => currentTask().replace(chord([far.s(n, 1), add.s(n, 2)], sum.s())),
      node,
    )
    const byGroup = tasks.define(
      'ts.by_group',
      (n: number) => currentTask().replace(group([far.s(n, 1), add.s(n, 2)])),
      node,
    )
    await program.work({ queues: ['node'] })
    const { connected } = program
    expect(await byTask.call(1)).toBe(2)
    expect(await byChord.call(1)).toBe(5)
    expect(await byGroup.call(1)).toEqual([2, 3])
    const all = await connected.send(chord([byTask.s(1), byGroup.s(1)], list.s()))
    expect(await all.get()).toBe('[2,[2,3]]')
    const caller = (name: string): Promise<unknown> =>
      callFromPython(broker, 'call', name, [1], { queue: 'node' })
    expect(await caller('ts.by_task')).toMatchObject({ state: 'SUCCESS', value: 2 })
    expect(await caller('ts.by_chord')).toMatchObject({ state: 'SUCCESS', value: 5 })
    expect(await caller('ts.by_group')).toMatchObject({ state: 'SUCCESS', value: [2, 3] })
  })

  test('in Python by our tasks keeps its place in a chain and in a chord', async () => {
    const { program, tasks, add, list } = await calculator()
    await using _program = program
    await using _worker = await celeryWorker(broker)
    const seen: unknown[] = []
    tasks.define('ts.log', (value: unknown) => {
      seen.push([value, currentTask().headers['replaced_task_nesting']])
      return value
    })
    await program.work({ queues: ['node'] })
    const replace = tasks.remote<(...call: unknown[]) => number>('py.replace')
    const byGroup = tasks.remote<(...call: unknown[]) => number[]>('py.replace_by_group')
    const log = tasks.remote<(value: unknown) => unknown>('ts.log', { queue: 'node' })
    const { connected } = program
    const steps = chain(replace.s('ts.plus', 1, 2), log.s(), add.s(10))
    expect(await (await connected.send(steps)).get()).toBe(13)
    expect(seen).toEqual([[3, 1]])
    const header = [replace.s('ts.plus', 1, 2), byGroup.s('ts.plus', 1, 2), add.s(1, 1)]
    const all = await connected.send(chord(header, list.s()))
    expect(await all.get()).toBe('[3,[3,3],2]')
    const failing = await connected.send(chain(replace.s('ts.fail'), add.s(1)))
    await expect(failing.get()).rejects.toBeInstanceOf(TaskFailure)
  })
})
