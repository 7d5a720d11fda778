import { brokerForEachTest } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import { chain, currentTask, type TaskSignature } from '../src/index.ts'
import { TestProgram } from './support.ts'

const broker = brokerForEachTest()

const getter =
  ({ connected }: TestProgram) =>
  async (signature: TaskSignature<unknown>): Promise<unknown> =>
    (await connected.send(signature)).get()

describe('map, starmap and chunks of a task that has a queue', () => {
  /** The task says from which queue its worker received the call. */
  const receive = (item: number): string => `${item} from ${currentTask().deliveryInfo.queue}`

  test('go to that queue, from a client and from a worker', async () => {
    await using program = await TestProgram.on(broker)
    const task = program.tasks.define('ts.receive', receive, { queue: 'node' })
    await program.work({ queues: ['celery', 'node'] })
    const get = getter(program)
    const items = [[1], [2]] as const
    expect(await get(task.map([1, 2]))).toEqual(['1 from node', '2 from node'])
    expect(await get(task.starmap(items))).toEqual(['1 from node', '2 from node'])
    expect(await get(task.chunks(items, 1))).toEqual([['1 from node'], ['2 from node']])
    expect(await get(chain(task.s(1), task.map([2])))).toEqual(['2 from node'])
    // In one message, as Python sends chunks in a chain.
    const chunks = program.tasks.remote<() => unknown>('celery.chunks')
    const kwargs = { task: task.s().toJSON(), it: items, n: 1 }
    const result = await chunks.send([], { kwargs })
    expect(await result.get()).toEqual([['1 from node'], ['2 from node']])
  })

  test('go to another queue if the call names one', async () => {
    await using program = await TestProgram.on(broker)
    const task = program.tasks.define('ts.receive', receive, { queue: 'node' })
    await program.work({ queues: ['celery', 'node'] })
    const get = getter(program)
    expect(await get(task.map([1]).to('celery'))).toEqual(['1 from celery'])
    const result = await program.connected.send(task.map([1]), { queue: 'celery' })
    expect(await result.get()).toEqual(['1 from celery'])
  })
})

describe('map, starmap and chunks of a task that has a schema', () => {
  /** Remembers the items that the task ran for. */
  async function counter() {
    const program = await TestProgram.on(broker)
    const ran: unknown[] = []
    const run = (n: number): number => {
      ran.push(n)
      return n + 1
    }
    const next = program.tasks.define('ts.next', run, {
      parameters: ['n'],
      schema: z.tuple([z.coerce.number().positive()]),
    })
    await program.work()
    const chunks = async (it: unknown): Promise<unknown> => {
      const task = program.tasks.remote<() => unknown>('celery.chunks')
      return (await task.send([], { kwargs: { task: next.s().toJSON(), it, n: 2 } })).get()
    }
    return {
      next,
      ran,
      chunks,
      get: getter(program),
      [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
    }
  }

  test('call it with what the schema makes of each item', async () => {
    await using c = await counter()
    // As another program may send it.
    const four = '4' as unknown as number
    expect(await c.get(c.next.map([2, four]))).toEqual([3, 5])
    expect(await c.get(c.next.starmap([[2], [four]]))).toEqual([3, 5])
    expect(await c.chunks([[2], [four], [6]])).toEqual([[3, 5], [7]])
  })

  test('fail if an item does not match, before the task runs for any of them', async () => {
    await using c = await counter()
    const error = { type: 'ValidationError', args: [expect.stringMatching(/^ts\.next: n: /)] }
    await expect(c.get(c.next.map([2, -4]))).rejects.toMatchObject(error)
    await expect(c.get(c.next.starmap([[2], [-4]]))).rejects.toMatchObject(error)
    await expect(c.chunks([[2], [-4]])).rejects.toMatchObject(error)
    expect(c.ran).toEqual([])
  })
})

test('a time or bytes from Python in an item reach the task as in a call of its own', async () => {
  await using program = await TestProgram.on(broker)
  const show = program.tasks.define('ts.show', (value: unknown) =>
    value instanceof Date ? value.toISOString() : String(value),
  )
  await program.work()
  const items = [
    { __type__: 'datetime', __value__: '2026-11-26T12:00:00+00:00' },
    { __type__: 'bytes', __value__: 'cake' },
  ]
  expect(await getter(program)(show.map(items))).toEqual(['2026-11-26T12:00:00.000Z', 'cake'])
})
