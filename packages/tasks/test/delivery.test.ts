import { brokerForEachTest, programsOn, waitFor } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { currentTask, TaskFailure } from '../src/index.ts'
import { gate, TestProgram } from './support.ts'

const broker = brokerForEachTest()
const { start } = programsOn(broker)

test('a worker that is killed in the middle of a task loses nothing', async () => {
  await using program = await TestProgram.on(broker)
  await using first = start('packages/tasks/src/worker.ts')
  await first.says(/waiting for tasks/)
  const print = program.tasks.remote<(pages: number) => string>('tasks.print')
  const result = await print.delay(2)
  await first.says(/tasks\.print received/)
  first.signal('SIGKILL')
  await first.ends()
  await using second = start('packages/tasks/src/worker.ts')
  expect(await result.get({ timeout: 60_000 })).toBe('2 pages')
  await second.says(/tasks\.print succeeded: "2 pages"/)
})

test('a call that is acknowledged before the work is gone when its worker stops', async () => {
  await using program = await TestProgram.on(broker)
  const wait = program.tasks.define('tasks.wait', () => new Promise<void>(() => {}), {
    acknowledge: 'before',
  })
  const worker = await program.work()
  const queue = await program.session.queue('celery', { passive: true })
  await wait.delay()
  await waitFor('the task to run', () => worker.active.size === 1)
  await worker.stop({ cold: true })
  expect((await queue.count()).messages).toBe(0)
})

describe('a call that was acknowledged before the work fails', () => {
  test('if its result cannot be sent, also when its worker no longer consumes', async () => {
    await using program = await TestProgram.on(broker)
    const held = gate<bigint>()
    const count = program.tasks.define('tasks.count', () => held.opened, { acknowledge: 'before' })
    const worker = await program.work()
    const result = await count.delay()
    await waitFor('the task to run', () => worker.active.size === 1)
    const stopped = worker.stop()
    await waitFor('the channel to be closed', () =>
      [...worker.active].every(({ delivery }) => delivery.lost),
    )
    held.open(1n)
    await expect(result.get({ timeout: 10_000 })).rejects.toThrow(/BigInt/)
    await stopped
  })

  test('if the broker refuses its retry', async () => {
    await using program = await TestProgram.on(broker)
    const queue = await program.session.queue('small', {
      type: 'classic',
      arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' },
    })
    const held = gate<void>()
    const fail = program.tasks.define(
      'tasks.fail',
      async () => {
        await held.opened
        throw new Error('not yet')
      },
      { acknowledge: 'before', queue: 'small', retry: { delay: 0 } },
    )
    const worker = await program.work({ queues: ['small'], concurrency: 1 })
    const result = await fail.delay()
    await waitFor('the task to run', () => worker.active.size === 1)
    await worker.removeQueue('small')
    await queue.send('there is no room for another message')
    held.open()
    await expect(result.get({ timeout: 10_000 })).rejects.toThrow(/NACKED|refused|not accept/i)
  })
})

describe('a retry', () => {
  test('follows each error, with growing delays, until there are too many', async () => {
    await using program = await TestProgram.on(broker)
    const delays: number[] = []
    const fail = program.tasks.define(
      'tasks.fail',
      () => {
        throw new RangeError(`attempt ${currentTask().retries}`)
      },
      { retry: { max: 3, delay: { from: 20, factor: 2, cap: 50 } } },
    )
    await program.work({
      onTask: ({ event, ms }) => event === 'retried' && delays.push(ms ?? 0),
    })
    const states: string[] = []
    const result = await fail.delay()
    for await (const { state } of result.updates()) states.push(state)
    expect(states).toEqual(['RETRY', 'RETRY', 'RETRY', 'FAILURE'])
    expect(delays).toEqual([20, 40, 50])
    await expect(result.get()).rejects.toMatchObject({ args: ['attempt 3'] })
  })

  test('does not follow an error that no retry cures', async () => {
    await using program = await TestProgram.on(broker)
    const fail = program.tasks.define(
      'tasks.fail',
      () => {
        throw new TypeError('wrong')
      },
      { retry: { delay: 1, on: (error) => !(error instanceof TypeError) } },
    )
    await program.work()
    const result = await fail.delay()
    await expect(result.get()).rejects.toMatchObject({ type: 'TypeError' })
    expect(result.state).toBe('FAILURE')
  })

  test('that a task asks for keeps its id, and gives up with a MaxRetriesExceededError', async () => {
    await using program = await TestProgram.on(broker)
    const ids = new Set<string>()
    const ask = program.tasks.define('tasks.ask', () => {
      ids.add(currentTask().id)
      return currentTask().retry({ delay: 1, max: 2 })
    })
    await program.work()
    const error = await ask.call().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(TaskFailure)
    expect(error).toMatchObject({ type: 'MaxRetriesExceededError' })
    expect(ids.size).toBe(1)
  })
})

describe('queues', () => {
  test('are chosen by the task, or by the call', async () => {
    await using program = await TestProgram.on(broker)
    const where = program.tasks.define('tasks.where', () => 'done', { queue: 'heavy' })
    const worker = await program.work({ queues: ['heavy'] })
    expect(await where.call()).toBe('done')
    const other = await where.send([], { queue: 'light' })
    const light = await program.session.queue('light', { passive: true })
    await waitFor('the call', async () => (await light.count()).messages === 1)
    await worker.addQueue('light')
    expect(await other.get()).toBe('done')
  })

  test('and priority of a call are known to its task', async () => {
    await using program = await TestProgram.on(broker)
    const how = program.tasks.define('tasks.how', () => {
      const { priority = null, deliveryInfo } = currentTask()
      return { priority, deliveryInfo }
    })
    await program.work()
    const deliveryInfo = { exchange: '', routingKey: 'celery', queue: 'celery' }
    expect(await how.call()).toEqual({ priority: null, deliveryInfo })
    const urgent = await how.send([], { priority: 5 })
    expect(await urgent.get()).toEqual({ priority: 5, deliveryInfo })
  })

  test.each([{ type: 'quorum' }, { type: 'classic', maxPriority: 9 }] as const)(
    'with the options %j deliver higher priorities first, and delay calls',
    async (options) => {
      await using program = await TestProgram.on(broker, { queues: { celery: options } })
      const order: string[] = []
      const log = program.tasks.define('tasks.log', (text: string) => void order.push(text))
      const results = [
        await log.send(['low'], { priority: 1 }),
        await log.send(['high'], { priority: 9 }),
      ]
      await program.work({ concurrency: 1 })
      await Promise.all(results.map((result) => result.get()))
      expect(order).toEqual(['high', 'low'])
      const later = await log.send(['later'], { eta: new Date(Date.now() + 1500) })
      await later.get()
      expect(order.at(-1)).toBe('later')
    },
  )
})

test('a rate limit spaces the calls of a task, and of no other', async () => {
  await using program = await TestProgram.on(broker)
  const times: number[] = []
  const limited = program.tasks.define('tasks.limited', () => times.push(Date.now()), {
    rateLimit: '5/s',
  })
  const free = program.tasks.define('tasks.free', () => 'free')
  await program.work()
  // Not when the first one runs: on a busy machine, that may be late.
  const before = Date.now()
  const results = await Promise.all([limited.delay(), limited.delay(), limited.delay()])
  expect(await free.call()).toBe('free')
  expect(times.length).toBeLessThan(3)
  await Promise.all(results.map((result) => result.get()))
  // A timer may be early by a millisecond.
  expect((times[2] ?? 0) - before).toBeGreaterThanOrEqual(398)
})

test('a delayed call only reaches its queue, although the name of another queue is the end of its name', async () => {
  await using program = await TestProgram.on(broker)
  const { tasks, session } = program
  const here = tasks.define('tasks.here', () => 'here', { queue: 'eu.orders' })
  await program.work({ queues: ['eu.orders'] })
  // A delayed call makes the other queue reachable for all of them.
  const other = tasks.remote<() => void>('tasks.there', { queue: 'orders' })
  await other.send([], { countdown: 60_000 })
  expect(await (await here.send([], { countdown: 1000 })).get()).toBe('here')
  const queue = await session.queue('orders', { passive: true })
  expect((await queue.count()).messages).toBe(0)
})
