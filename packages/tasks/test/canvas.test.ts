import { brokerForEachTest } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { chain, group } from '../src/index.ts'
import { callFromPython, celeryWorker, python } from './celery.ts'
import { TestProgram } from './support.ts'

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
