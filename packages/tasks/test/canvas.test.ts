import { brokerForEachTest, waitFor } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { chain, chord, group, type TaskSignature } from '../src/index.ts'
import { callFromPython, celeryWorker, python } from './celery.ts'
import { gate, TestProgram } from './support.ts'

const broker = brokerForEachTest()

async function calculator(): Promise<TestProgram> {
  const program = await TestProgram.on(broker)
  program.tasks.define('ts.unused', () => 0)
  return program
}

describe('signatures', () => {
  test('make a chain, in which each call gets the result before it', async () => {
    await using program = await calculator()
    const add = program.tasks.define('ts.add', (a: number, b: number) => a + b)
    await program.work()
    const result = await program.connected.send(chain(add.s(1, 2), add.s(10), add.s(100)))
    expect(await result.get()).toBe(113)
    expect(await result.parent?.get()).toBe(13)
  })

  test('make a group, and a chain with an immutable one', async () => {
    await using program = await calculator()
    const add = program.tasks.define('ts.add', (a: number, b: number) => a + b)
    await program.work()
    const all = await program.connected.send(group([add.s(1, 1), add.s(2, 2)]))
    expect(await all.get()).toEqual([2, 4])
    const own = await program.connected.send(chain(add.s(1, 2), add.s(5, 5).immutable))
    expect(await own.get()).toBe(10)
  })

  test('call a task for each item of a list, in one message', async () => {
    await using program = await calculator()
    const add = program.tasks.define('ts.add', (a: number, b: number) => a + b)
    const double = program.tasks.define('ts.double', (a: number) => 2 * a)
    await program.work()
    const { connected } = program
    expect(await (await connected.send(double.map([1, 2, 3]))).get()).toEqual([2, 4, 6])
    const sums = add.starmap([
      [1, 1],
      [2, 2],
    ])
    expect(await (await connected.send(sums)).get()).toEqual([2, 4])
  })

  test('make a chord, whose body gets all results, once and in order', async () => {
    await using program = await calculator()
    let bodies = 0
    const add = program.tasks.define('ts.add', (a: number, b: number) => a + b)
    const list = program.tasks.define('ts.list', (values: readonly number[]) => {
      bodies += 1
      return values.join(' ')
    })
    await program.work({ concurrency: 20 })
    const { connected } = program
    const header = Array.from({ length: 100 }, (_, n) => add.s(n, n))
    const all = await connected.send(chord(header, list.s()))
    expect(await all.get()).toBe(Array.from({ length: 100 }, (_, n) => 2 * n).join(' '))
    expect(bodies).toBe(1)
    const nested = chord(
      [chain(add.s(1, 1), add.s(1)), group([add.s(2, 2), add.s(3, 3)])],
      list.s(),
    )
    expect(await (await connected.send(nested)).get()).toBe('3 4 6')
    const inChain = await connected.send(chain(group([add.s(1, 1), add.s(2, 2)]), list.s()))
    expect(await inChain.get()).toBe('2 4')
    expect(await connected.send(chord([], list.s())).then((result) => result.get())).toBe('')
  })

  test('make a chord whose results are nested if a chain of its header ends in a group', async () => {
    await using program = await calculator()
    const n = program.tasks.define('ts.n', (...values: number[]) => values.at(-1) ?? 0)
    const list = program.tasks.define('ts.list', (values: unknown) => JSON.stringify(values))
    await program.work()
    const after = (...last: readonly TaskSignature<unknown>[]) => chain(n.s(1), group(last))
    const headers = [
      [[after(n.s(2), n.s(3)), n.s(4)], '[[2,3],4]'],
      [[n.s(4), after(n.s(2), n.s(3))], '[4,[2,3]]'],
      [[after(n.s(2)), n.s(4)], '[2,4]'],
      [[after(n.s(2), group([n.s(3), n.s(4)])), n.s(5)], '[[2,3,4],5]'],
      [[after(after(n.s(3), n.s(4)), n.s(5)), n.s(6)], '[[[3,4],5],6]'],
      [[chord([n.s(1), n.s(2)], group([list.s(), list.s()])), n.s(4)], '[["[1,2]","[1,2]"],4]'],
      [[group([n.s(1), n.s(2)]), n.s(3)], '[1,2,3]'],
      [[group<unknown>([after(n.s(2), n.s(3)), n.s(4)]), n.s(5)], '[[2,3],4,5]'],
    ] as const
    for (const [header, results] of headers)
      expect(await (await program.connected.send(chord(header, list.s()))).get()).toBe(results)
    const steps = chain(n.s(9), group<unknown>([after(n.s(2), n.s(3)), n.s(4)]), list.s())
    expect(await (await program.connected.send(steps)).get()).toBe('[[2,3],4]')
  })

  test('make a chord that fails when one of its tasks does', async () => {
    await using program = await calculator()
    const add = program.tasks.define('ts.add', (a: number, b: number) => a + b)
    const fail = program.tasks.define('ts.fail', () => {
      throw new Error('on purpose')
    })
    const list = program.tasks.define('ts.list', (values: readonly unknown[]) => values)
    await program.work()
    const result = await program.connected.send(chord([add.s(1, 1), fail.s()], list.s()))
    await expect(result.get()).rejects.toMatchObject({
      type: 'ChordError',
      args: [expect.stringContaining('on purpose')],
    })
  })

  test('make a chord that is complete although a worker was stopped in the middle of it', async () => {
    await using first = await calculator()
    await using second = await calculator()
    const door = gate<void>()
    let waiting = 0
    const take = first.tasks.define('ts.take', async (n: number) => {
      waiting += n % 2
      if (n % 2 === 1) await door.opened
      return n
    })
    second.tasks.define('ts.take', (n: number) => n)
    const bodies: string[] = []
    const list = first.tasks.define('ts.list', (values: readonly number[]) => values.join(' '))
    second.tasks.define('ts.list', (values: readonly number[]) => {
      bodies.push(values.join(' '))
      return values.join(' ')
    })
    const worker = await first.work({ concurrency: 20 })
    const numbers = Array.from({ length: 20 }, (_, n) => n)
    const header = numbers.map((n) => take.s(n))
    const result = await first.connected.send(chord(header, list.s()))
    await waitFor('half of them to wait', () => waiting === 10)
    await worker.stop({ cold: true })
    await second.work()
    expect(await result.get()).toBe(numbers.join(' '))
    expect(bodies).toEqual([numbers.join(' ')])
  })

  test('follow a call: one if it succeeds, another if it fails', async () => {
    await using program = await calculator()
    const seen: unknown[] = []
    const log = program.tasks.define('ts.log', (value: unknown) => void seen.push(value))
    const add = program.tasks.define('ts.add', (a: number, b: number) => a + b)
    const fail = program.tasks.define('ts.fail', () => {
      throw new Error('on purpose')
    })
    await program.work()
    const marker = { link: [log.s()], linkError: [log.s()] }
    await (await add.send([2, 3], marker)).get()
    const failed = await fail.send([], marker)
    await failed.get().catch(() => {})
    await expect.poll(() => seen).toEqual([5, failed.id])
  })
})

describe.skipIf(python === undefined)('with Celery, a chain', () => {
  test('from Python goes through workers of both languages', async () => {
    await using program = await calculator()
    program.tasks.define('ts.double', (a: number) => 2 * a, { queue: 'node' })
    // Each worker answers NotRegistered for the tasks of the other, so they have queues of their own.
    await program.work({ queues: ['node'] })
    await using _ = await celeryWorker(broker)
    const steps = [['py.add', 1, 2], ['ts.double'], ['py.add', 10]]
    const facts = await callFromPython(
      broker,
      'chain',
      ...steps.map((each) => JSON.stringify(each)),
    )
    expect(facts).toMatchObject({ state: 'SUCCESS', value: 16 })
  })

  test('from TypeScript goes through workers of both languages', async () => {
    await using program = await calculator()
    const double = program.tasks.define('ts.double', (a: number) => 2 * a, { queue: 'node' })
    const add = program.tasks.remote<(x: number, y: number) => number>('py.add')
    await program.work({ queues: ['node'] })
    await using _ = await celeryWorker(broker)
    const steps = chain(add.s(1, 2), double.s().to('node'), add.s(10))
    const result = await program.connected.send(steps)
    expect(await result.get()).toBe(16)
    const both = await program.connected.send(group([add.s(1, 1), double.s(4)]))
    expect(await both.get()).toEqual([2, 8])
  })
})
