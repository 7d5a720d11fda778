import { brokerForEachTest } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

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
