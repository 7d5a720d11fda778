import { brokerForEachTest } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { chain, chord } from '../src/index.ts'
import { callFromPython, celeryWorker, python } from './celery.ts'
import { TestProgram } from './support.ts'

const broker = brokerForEachTest()

/** A worker in TypeScript. Python routes ts.double and ts.list to its queue. */
async function node(): Promise<TestProgram> {
  const program = await TestProgram.on(broker)
  const queue = { queue: 'node' }
  program.tasks.define('ts.double', (a: number) => 2 * a, queue)
  program.tasks.define('ts.list', (values: unknown) => JSON.stringify(values), queue)
  program.tasks.define(
    'ts.sum',
    (values: readonly number[]) => values.reduce((a, b) => a + b),
    queue,
  )
  program.tasks.define(
    'ts.fail',
    () => {
      throw new Error('on purpose')
    },
    queue,
  )
  await program.work({ queues: ['node'] })
  return program
}

/** A canvas as client.py reads it: ["ts.double", 1] is a task, {"chain": [...]} a chain. */
function canvas(description: unknown, options: object = {}): Promise<unknown> {
  return callFromPython(broker, 'canvas', description, options)
}

/** For a client that waits for the body of a chord alone. By default, it throws the error of a task in the header. */
const alone = { get: { follow_parents: false } }

/** A chain that ends in a group, whose results are 2n + 100 and 4n. */
function pairAfter(n: number): unknown {
  return { chain: [['ts.double', n], { group: [['py.add', 100], ['ts.double']] }] }
}

/** Headers, and what Celery's own chords give to the body: measured with Redis, and with files. */
const nestedHeaders: readonly (readonly [header: readonly unknown[], results: unknown])[] = [
  [
    [pairAfter(1), ['ts.double', 5]],
    [[102, 4], 10],
  ],
  [
    [['ts.double', 5], pairAfter(1)],
    [10, [102, 4]],
  ],
  [
    [pairAfter(1), pairAfter(2)],
    [
      [102, 4],
      [104, 8],
    ],
  ],
  [
    [{ chain: [['ts.double', 1], { group: [['ts.double']] }] }, ['ts.double', 5]],
    [4, 10],
  ],
  [
    [{ chain: [['ts.double', 1], { group: [pairAfterNext(), ['py.add', 1]] }] }, ['ts.double', 5]],
    [[[104, 8], 3], 10],
  ],
]

/** The same chain, for the result of the task before it. */
function pairAfterNext(): unknown {
  return { chain: [['ts.double'], { group: [['py.add', 100], ['ts.double']] }] }
}

describe.skipIf(python === undefined)('a chord from Python', () => {
  test('is refused by Celery itself with rpc://', async () => {
    const steps = { header: [['ts.double', 1]], body: ['ts.list'] }
    expect(await canvas(steps, { backend: 'rpc://' })).toMatchObject({
      error: 'NotImplementedError',
    })
  })

  test('runs in our workers', async () => {
    await using _ = await node()
    const header = [1, 2, 3].map((n) => ['ts.double', n])
    expect(await canvas({ header, body: ['ts.list'] })).toMatchObject({ value: '[2,4,6]' })
    expect(await canvas({ chain: [{ group: header }, ['ts.list']] })).toMatchObject({
      value: '[2,4,6]',
    })
    const broken = { header: [['ts.double', 1], ['ts.fail']], body: ['ts.list'] }
    expect(await canvas(broken, alone)).toMatchObject({ state: 'FAILURE', error: 'ChordError' })
  })

  test('runs in the workers of both languages', async () => {
    await using _node = await node()
    await using _python = await celeryWorker(broker)
    const header = [1, 2, 3, 4].flatMap((n) => [
      ['ts.double', n],
      ['py.add', n, 100],
    ])
    const all = [2, 101, 4, 102, 6, 103, 8, 104]
    expect(await canvas({ header, body: ['ts.list'] })).toMatchObject({
      value: JSON.stringify(all),
    })
    expect(await canvas({ header, body: ['py.sum'] })).toMatchObject({ value: 430 })
    for (const [failing, error] of [
      [['ts.fail'], 'Error'],
      [['py.fail', 'on purpose'], 'ValueError'],
    ]) {
      const steps = { header: [...header, failing], body: ['py.sum'] }
      expect(await canvas(steps)).toMatchObject({ error, args: ['on purpose'] })
      expect(await canvas(steps, alone)).toMatchObject({
        state: 'FAILURE',
        error: 'ChordError',
        args: [expect.stringContaining('on purpose')],
      })
    }
  })

  test('may have many tasks', async () => {
    await using _program = await node()
    // More than a client can ask the broker for, one by one, whenever a result arrives.
    const header = Array.from({ length: 600 }, () => ['ts.double', 1])
    expect(await canvas({ header, body: ['ts.sum'] })).toMatchObject({ value: 1200 })
  })

  test('calls the errback of its body once, although the body is a chain', async () => {
    await using program = await node()
    await using _ = await celeryWorker(broker)
    const seen: unknown[] = []
    const log = program.tasks.define('ts.log', (id: unknown) => void seen.push(id), {
      queue: 'node',
    })
    const body = { chain: [['ts.list'], ['ts.double']] }
    for (const failing of [['ts.fail'], ['py.fail', 'on purpose']]) {
      const steps = { header: [failing], body, on_error: ['ts.log'] }
      expect(await canvas(steps, alone)).toMatchObject({ state: 'FAILURE', error: 'ChordError' })
    }
    await log.call('a marker')
    await expect.poll(() => seen).toHaveLength(3)
  })

  test('may have chains, groups and chords in its header, and follow others', async () => {
    await using _node = await node()
    await using _python = await celeryWorker(broker)
    const steps = { chain: [['py.add', 1, 1], ['ts.double']] }
    const pair = {
      group: [
        ['ts.double', 5],
        ['py.add', 5, 5],
      ],
    }
    expect(await canvas({ header: [steps, pair], body: ['ts.list'] })).toMatchObject({
      value: '[4,10,10]',
    })
    const inner = {
      header: [
        ['ts.double', 1],
        ['py.add', 1, 1],
      ],
      body: ['py.sum'],
    }
    expect(await canvas({ header: [inner, steps], body: ['ts.list'] })).toMatchObject({
      value: '[4,4]',
    })
    const follows = {
      chain: [
        ['py.add', 1, 1],
        { group: [['ts.double'], ['py.add', 1]] },
        ['py.sum'],
        ['ts.double'],
      ],
    }
    expect(await canvas(follows)).toMatchObject({ value: 14 })
    const failing = { chain: [['ts.fail'], ['py.add', 1]] }
    expect(await canvas({ header: [failing, steps], body: ['ts.list'] }, alone)).toMatchObject({
      error: 'ChordError',
    })
    const failingThere = { chain: [['py.fail', 'on purpose'], ['ts.double']] }
    const broken = { header: [failingThere, steps], body: ['ts.list'] }
    expect(await canvas(broken, alone)).toMatchObject({ error: 'ChordError' })
  })

  test('waits for all tasks of a group that ends a chain in its header', async () => {
    await using _ = await node()
    const steps = { chain: [['ts.double', 1], { group: [['ts.double'], ['ts.double']] }] }
    expect(await canvas({ header: [steps], body: ['ts.list'] })).toMatchObject({ value: '[[4,4]]' })
  })

  test('gets a list in a list for a group that ends a chain in its header', async () => {
    await using _node = await node()
    await using _python = await celeryWorker(broker)
    for (const [header, value] of nestedHeaders)
      expect([header, await canvas({ header, body: ['ts.list'] })]).toMatchObject([
        header,
        { value: JSON.stringify(value) },
      ])
    const sum = await canvas({ header: [pairAfter(1), ['ts.double', 5]], body: ['py.sum'] })
    // Celery cannot add a list to a number either.
    expect(sum).toMatchObject({ state: 'FAILURE', error: 'TypeError' })
  })

  test('may be followed by several tasks and a group', async () => {
    await using _ = await node()
    const double = {
      group: [
        ['ts.double', 1],
        ['ts.double', 2],
      ],
    }
    const last = { group: [['ts.list'], ['ts.double']] }
    const sum = ['ts.sum']
    expect(await canvas({ chain: [double, sum, ['ts.double'], last] })).toMatchObject({
      value: ['12', 24],
    })
    expect(await canvas({ chain: [double, sum, last, ['ts.list']] })).toMatchObject({
      value: '["6",12]',
    })
  })

  test('with another result backend is complete when all of it runs in our workers', async () => {
    await using program = await TestProgram.on(broker)
    const seen: unknown[] = []
    program.tasks.define('ts.double', (a: number) => 2 * a)
    program.tasks.define('ts.list', (values: unknown) => void seen.push(values))
    await program.work({ queues: ['celery', 'node'] })
    const header = [1, 2, 3].map((n) => ['ts.double', n])
    const send = (each: unknown): Promise<unknown> =>
      canvas({ header: each, body: ['ts.list'] }, { backend: 'file:///tmp', wait: false })
    expect(await send(header)).toMatchObject({ state: 'PENDING' })
    await expect.poll(() => seen, { timeout: 20_000 }).toEqual([[2, 4, 6]])
    const pair = { group: [['ts.double'], ['ts.double']] }
    await send([{ chain: [['ts.double', 1], pair] }, ['ts.double', 4]])
    await expect.poll(() => seen, { timeout: 20_000 }).toHaveLength(2)
    expect(seen[1]).toEqual([[4, 4], 8])
  })
})

describe.skipIf(python === undefined)('a chord from TypeScript', () => {
  test('runs in the workers of both languages', async () => {
    await using program = await node()
    await using _ = await celeryWorker(broker)
    const { connected, tasks } = program
    const double = tasks.remote<(n: number) => number>('ts.double', { queue: 'node' })
    const list = tasks.remote<(values: unknown) => string>('ts.list', { queue: 'node' })
    const add = tasks.remote<(x: number, y: number) => number>('py.add')
    const sum = tasks.remote<(values: readonly number[]) => number>('py.sum')
    const header = [double.s(1), add.s(1, 100), chain(double.s(2), add.s(200))]
    expect(await (await connected.send(chord(header, list.s()))).get()).toBe('[2,101,204]')
    expect(await (await connected.send(chord(header, sum.s()))).get()).toBe(307)
    const fail = tasks.remote<(message: string) => never>('py.fail')
    const failing = await connected.send(chord([...header, fail.s('on purpose')], list.s()))
    await expect(failing.get()).rejects.toMatchObject({
      type: 'ChordError',
      args: [expect.stringContaining('on purpose')],
    })
  })
})

describe.skipIf(python === undefined)('links and bulk calls', () => {
  test('from Python reach our tasks, and ours reach tasks in Python', async () => {
    await using program = await node()
    await using _ = await celeryWorker(broker)
    const seen: unknown[] = []
    const log = program.tasks.define('ts.log', (value: unknown) => void seen.push(value), {
      queue: 'node',
    })
    const linked = { link: ['ts.log'], link_error: ['ts.log'] }
    await callFromPython(broker, 'call', 'py.add', [2, 3], linked)
    await expect.poll(() => seen).toEqual([5])
    await callFromPython(broker, 'call', 'py.fail', ['on purpose'], linked)
    await expect.poll(() => seen).toEqual([5, expect.stringMatching(/^[\da-f-]{36}$/)])
    const add = program.tasks.remote<(x: number, y: number) => number>('py.add')
    const call = add.s(1, 1).link(add.s(10).link(log.s().to('node')))
    await (await program.connected.send(call)).get()
    await expect.poll(() => seen.at(-1)).toBe(12)
  })

  test('map, starmap and chunks, both ways', async () => {
    await using program = await node()
    await using _ = await celeryWorker(broker)
    const add = program.tasks.remote<(x: number, y: number) => number>('py.add')
    const pairs = [1, 2, 3].map((n): [number, number] => [n, n])
    const { connected } = program
    expect(await (await connected.send(add.starmap(pairs))).get()).toEqual([2, 4, 6])
    expect(await (await connected.send(add.chunks(pairs, 2))).get()).toEqual([[2, 4], [6]])
    const bulk = (kind: string, items: unknown): Promise<unknown> =>
      callFromPython(broker, 'bulk', kind, 'ts.double', items)
    expect(await bulk('map', [1, 2, 3])).toEqual({ value: [2, 4, 6] })
    expect(await bulk('starmap', [[1], [2]])).toEqual({ value: [2, 4] })
    expect(await bulk('chunks', [[1], [2], [3]])).toEqual({ value: [[2, 4], [6]] })
  })
})
