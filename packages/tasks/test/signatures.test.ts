import { brokerForEachTest, waitFor } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import {
  chain,
  chord,
  group,
  type GroupResult,
  type TaskResult,
  type TaskSignature,
} from '../src/index.ts'
import { TestProgram } from './support.ts'

const broker = brokerForEachTest()

/** A program with a worker and some tasks, which remembers what ts.log was called with. */
async function calculator() {
  const program = await TestProgram.on(broker)
  const { tasks } = program
  const logged: unknown[] = []
  const add = tasks.define('ts.add', (a: number, b: number) => a + b)
  const sum = tasks.define('ts.sum', (values: readonly number[]) => values.reduce((a, b) => a + b))
  const list = tasks.define('ts.list', (values: unknown) => JSON.stringify(values))
  const log = tasks.define('ts.log', (value: unknown) => {
    logged.push(value)
    return value
  })
  const fail = tasks.define('ts.fail', () => {
    throw new Error('on purpose')
  })
  await program.work()
  const get = async (signature: TaskSignature<unknown>): Promise<unknown> =>
    (await program.connected.send(signature)).get()
  return {
    program,
    add,
    sum,
    list,
    log,
    fail,
    logged,
    get,
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  }
}

describe('nested signatures', () => {
  test('a group in a chain gets the result before it, and what follows gets its results', async () => {
    await using c = await calculator()
    const { add, sum } = c
    expect(await c.get(chain(add.s(1, 1), group([add.s(10), add.s(20)]), sum.s()))).toBe(34)
    // Two groups in a row: each task of the second gets the list.
    expect(
      await c.get(chain(group([add.s(1, 1), add.s(2, 2)]), group([sum.s(), sum.s()]))),
    ).toEqual([6, 6])
    expect(
      await c.get(chain(group([add.s(1, 1), add.s(2, 2)]), sum.s(), add.s(100), add.s(1000))),
    ).toBe(1106)
  })

  test('a chain in a group, and a group in a group', async () => {
    await using c = await calculator()
    const { add } = c
    expect(await c.get(group([chain(add.s(1, 1), add.s(1)), add.s(5, 5)]))).toEqual([3, 10])
    expect(await c.get(group([group([add.s(1, 1), add.s(2, 2)]), group([add.s(3, 3)])]))).toEqual([
      [2, 4],
      [6],
    ])
  })

  test('a chord in a chain, and a chord in the header of another one', async () => {
    await using c = await calculator()
    const { add, sum, list } = c
    const inner = chord([add.s(1), add.s(2)], sum.s())
    expect(await c.get(chain(add.s(1, 1), inner, add.s(100)))).toBe(107)
    const first = chord([add.s(1, 1), add.s(2, 2)], sum.s())
    expect(await c.get(chord([first, add.s(0, 1)], list.s()))).toBe('[6,1]')
    expect(await c.get(chord([chain(first, add.s(1)), first], list.s()))).toBe('[7,6]')
  })

  test('a group of chains as the header of a chord, and a chain or a group as its body', async () => {
    await using c = await calculator()
    const { add, sum, list } = c
    const header = [chain(add.s(1, 1), add.s(1), add.s(1)), chain(add.s(2, 2), add.s(2))]
    expect(await c.get(chord(header, list.s()))).toBe('[4,6]')
    expect(await c.get(chord(header, chain(sum.s(), add.s(100))))).toBe(110)
    expect(await c.get(chord(header, group<unknown>([sum.s(), list.s()])))).toEqual([10, '[4,6]'])
    expect(await c.get(chain(chord(header, sum.s()), add.s(1), add.s(1)))).toBe(12)
  })

  test('an immutable one gets its own arguments only, wherever it is', async () => {
    await using c = await calculator()
    const { add, list } = c
    expect(await c.get(chain(add.s(1, 1), add.si(5, 5), add.s(1)))).toBe(11)
    expect(await c.get(chain(add.s(1, 1), group([add.si(2, 2), add.s(3)]), list.s()))).toBe('[4,5]')
    expect(await c.get(chord([add.s(1, 1)], list.si('own')))).toBe('"own"')
    expect(await c.get(chain(add.s(1, 1), chain(add.s(2, 2), add.s(1)).immutable))).toBe(5)
    expect(await c.get(chain(add.s(1, 1), group([add.s(2, 2)]).immutable, list.s()))).toBe('[4]')
  })

  test('map, starmap and chunks are parts of chains like others', async () => {
    await using c = await calculator()
    const { add, sum, list } = c
    const pairs = [1, 2, 3, 4, 5].map((n) => [n, n] as const)
    expect(await c.get(add.chunks(pairs, 2))).toEqual([[2, 4], [6, 8], [10]])
    expect(await c.get(chain(add.s(1, 1), add.starmap(pairs), sum.s()))).toBe(30)
    expect(await c.get(chain(add.chunks(pairs, 3), list.s()))).toBe('[[2,4,6],[8,10]]')
    // Python may send the chunks in one message.
    const task = { ...add.s(0).toJSON(), args: [] }
    const chunks = c.program.tasks.remote<() => unknown>('celery.chunks')
    const result = await chunks.send([], { kwargs: { task, it: pairs, n: 2 } })
    expect(await result.get()).toEqual([[2, 4], [6, 8], [10]])
  })
})

describe('what is linked to a signature', () => {
  test('is called with its result: that of a task, of a chain, of a chord', async () => {
    await using c = await calculator()
    const { add, sum, log, logged } = c
    await c.get(add.s(1, 1).link(log.s()).link(log.s()))
    await expect.poll(() => logged).toEqual([2, 2])
    await c.get(chain(add.s(1, 1), add.s(1)).link(log.s()))
    await expect.poll(() => logged).toEqual([2, 2, 3])
    await c.get(chord([add.s(1, 1), add.s(2, 2)], sum.s()).link(log.s()))
    await expect.poll(() => logged).toEqual([2, 2, 3, 6])
    await c.get(group([add.s(5, 5).link(chain(log.s(), log.s())), add.s(1, 1)]))
    await expect.poll(() => logged).toEqual([2, 2, 3, 6, 10, 10])
    expect(() => group([add.s(1, 1)]).link(log.s())).toThrow('put it into a chain')
  })

  test('is called with the id of the task that failed', async () => {
    await using c = await calculator()
    const { program, add, fail, log, list, logged } = c
    const steps = chain(add.s(1, 1), fail.si(), add.s(1)).linkError(log.s())
    const result = await program.connected.send(steps)
    await expect(result.get()).rejects.toMatchObject({ args: ['on purpose'] })
    const { id } = result.parent as unknown as { readonly id: string }
    await expect.poll(() => logged).toEqual([id])
    // The body of a chord fails when its header does: once, however many of its tasks fail.
    const header = [fail.s(), add.s(1, 1), fail.s()]
    const all = await program.connected.send(chord(header, list.s()).linkError(log.s()))
    await expect(all.get()).rejects.toMatchObject({ type: 'ChordError' })
    await c.get(add.s(1, 1).link(log.s()))
    await expect.poll(() => logged).toEqual([id, all.id, 2])
  })
})

describe('when a task fails', () => {
  test('the rest of its chain fails as well, and the chord that the chain is in', async () => {
    await using c = await calculator()
    const { add, sum, list, fail } = c
    const broken = chain(fail.s(), add.s(1), add.s(1))
    await expect(c.get(broken)).rejects.toMatchObject({ args: ['on purpose'] })
    await expect(c.get(chord([broken, add.s(1, 1)], list.s()))).rejects.toMatchObject({
      type: 'ChordError',
      args: [expect.stringContaining('on purpose')],
    })
    const nested = chain(fail.s(), chord([add.s(1), add.s(2)], sum.s()))
    await expect(c.get(nested)).rejects.toMatchObject({ args: ['on purpose'] })
    await expect(c.get(chord([nested, add.s(1, 1)], list.s()))).rejects.toMatchObject({
      type: 'ChordError',
    })
    const inner = chord([fail.s(), add.s(1, 1)], sum.s())
    await expect(c.get(chord([inner, add.s(1, 1)], list.s()))).rejects.toMatchObject({
      type: 'ChordError',
    })
  })

  test('its own error is reported before that of its chord', async () => {
    await using c = await calculator()
    const body = await c.program.connected.send(chord([c.fail.s()], c.list.s()))
    const [failed] = (body.parent as GroupResult).results as TaskResult<unknown>[]
    const reported: string[] = []
    await Promise.all([
      body.get().catch(() => reported.push('chord')),
      failed?.get().catch(() => reported.push('task')),
    ])
    expect(reported).toEqual(['task', 'chord'])
  })

  test('or is revoked, its chord fails', async () => {
    await using c = await calculator()
    const { connected } = c.program
    const all = await connected.send(chord([c.add.s(1, 1)], c.list.s()), { countdown: 1500 })
    const { results } = all.parent as GroupResult
    const control = await connected.control()
    await control.revoke((results[0] as TaskResult<unknown>).id)
    await expect(all.get()).rejects.toMatchObject({
      type: 'ChordError',
      args: [expect.stringContaining('TaskRevokedError')],
    })
  })
})

describe('when a task expires in its queue', () => {
  test('the rest of its chain fails, and the chord that it is in, once there is a worker', async () => {
    await using program = await TestProgram.on(broker)
    const { connected, tasks } = program
    const add = tasks.define('ts.add', (a: number, b: number) => a + b)
    const list = tasks.define('ts.list', (values: unknown) => JSON.stringify(values))
    const expires = { expires: 50 }
    const steps = await connected.send(chain(add.s(1, 1), add.s(1)), expires)
    const all = await connected.send(
      chord([add.s(1, 1), chain(add.s(2, 2), add.s(2))], list.s()),
      expires,
    )
    const single = await add.send([1, 1], expires)
    const sent = Date.now()
    await waitFor('all of them to be expired', () => Date.now() > sent + expires.expires)
    await program.work()
    await expect(steps.get()).rejects.toMatchObject({ args: ['expired'] })
    await expect(all.get()).rejects.toMatchObject({
      type: 'ChordError',
      args: [expect.stringContaining("TaskRevokedError('expired')")],
    })
    // Nothing waits for this one, so the broker has dropped it.
    expect(single.state).toBe('PENDING')
  })
})

test('options of a call are for the first task of a chain, and for all of a header', async () => {
  await using c = await calculator()
  const { program, add, list } = c
  const before = Date.now()
  const steps = chain(add.s(1, 1), add.s(1))
  const later = await program.connected.send(steps, { countdown: 1500, id: 'last' })
  expect(later.id).toBe('last')
  expect(await later.get()).toBe(3)
  expect(Date.now() - before).toBeGreaterThanOrEqual(1500)
  const header = chord([add.s(1, 1), add.s(2, 2)], list.s())
  const all = await program.connected.send(header, { countdown: 1500 })
  expect(await all.get()).toBe('[2,4]')
  expect(Date.now() - before).toBeGreaterThanOrEqual(3000)
})

test('of what is sent to another queue, only the later calls of a chain stay', async () => {
  await using near = await TestProgram.on(broker)
  await using far = await TestProgram.on(broker)
  const where = near.tasks.define(
    'ts.where',
    (before: string | string[] = '') => `${String(before)}near `,
  )
  far.tasks.define('ts.where', (before: string | string[] = '') => `${String(before)}far `)
  await near.work()
  await far.work({ queues: ['far'] })
  const get = async (signature: TaskSignature<unknown>): Promise<unknown> =>
    (await near.connected.send(signature.to('far'))).get()
  expect(await get(chain(where.s(), where.s()))).toBe('far near ')
  expect(await get(group([where.s(), where.s()]))).toEqual(['far ', 'far '])
  expect(await get(chord([where.s()], where.s()))).toBe('far far ')
  const nested = chain(where.s(), group([where.s()]).to('far'), where.s())
  expect(await (await near.connected.send(nested)).get()).toBe('near far near ')
})
