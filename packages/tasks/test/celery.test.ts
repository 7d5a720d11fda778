import { brokerForEachTest, waitFor } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import { currentTask, TaskFailure } from '../src/index.ts'
import { callFromPython, celeryWorker, python } from './celery.ts'
import { TestProgram } from './support.ts'

const broker = brokerForEachTest()

describe.skipIf(python === undefined)('a Celery client', () => {
  test('calls our tasks, by position and by name', async () => {
    await using program = await TestProgram.on(broker)
    program.tasks.define('ts.add', (x: number, y: number) => x + y, { parameters: ['x', 'y'] })
    await program.work()
    expect(await callFromPython(broker, 'call', 'ts.add', [2, 3])).toMatchObject({
      state: 'SUCCESS',
      value: 5,
    })
    const named = { kwargs: { y: 4 }, priority: 3 }
    expect(await callFromPython(broker, 'call', 'ts.add', [1], named)).toMatchObject({ value: 5 })
  })

  test('gets our errors as exceptions, and those that Python has as its own', async () => {
    await using program = await TestProgram.on(broker)
    program.tasks.define('ts.type', () => {
      throw new TypeError('not a number')
    })
    program.tasks.define('ts.range', () => {
      throw new RangeError('too large')
    })
    program.tasks.define('ts.key', () => {
      throw new TaskFailure({ type: 'KeyError', module: 'builtins', args: ['id'] })
    })
    await program.work()
    expect(await callFromPython(broker, 'call', 'ts.type', [])).toMatchObject({
      state: 'FAILURE',
      error: 'TypeError',
      module: 'builtins',
      args: ['not a number'],
      traceback: expect.stringContaining('celery.test.ts') as string,
    })
    expect(await callFromPython(broker, 'call', 'ts.range', [])).toMatchObject({
      error: 'RangeError',
      args: ['too large'],
    })
    expect(await callFromPython(broker, 'call', 'ts.key', [])).toMatchObject({
      error: 'KeyError',
      module: 'builtins',
    })
    expect(await callFromPython(broker, 'call', 'ts.unknown', [])).toMatchObject({
      error: 'NotRegistered',
      module: 'celery.exceptions',
    })
  })

  test('sees the states of our tasks: progress, retries, success', async () => {
    await using program = await TestProgram.on(broker)
    program.tasks.define('ts.flaky', async () => {
      const task = currentTask()
      await task.progress({ attempt: task.retries })
      if (task.retries === 0) task.retry({ error: new TypeError('not yet'), delay: 1 })
      return 'done'
    })
    await program.work()
    expect(await callFromPython(broker, 'states', 'ts.flaky', [])).toEqual([
      ['PROGRESS', { attempt: 0 }],
      ['RETRY', expect.objectContaining({ exc_type: 'TypeError', exc_message: ['not yet'] })],
      ['PROGRESS', { attempt: 1 }],
      ['SUCCESS', 'done'],
    ])
  })

  test('schedules, expires and revokes our tasks', async () => {
    await using program = await TestProgram.on(broker)
    const events: string[] = []
    program.tasks.define('ts.now', () => Date.now())
    await program.work({ onTask: ({ event }) => events.push(event) })
    const before = Date.now()
    const later = await callFromPython(broker, 'call', 'ts.now', [], { countdown: 2 })
    const { value } = later as { value: number }
    expect(value - before).toBeGreaterThan(2000)
    expect(events).toEqual(['received', 'delayed', 'received', 'succeeded'])
    const late = await callFromPython(broker, 'call', 'ts.now', [], { countdown: 3, expires: 1 })
    expect(late).toMatchObject({ state: 'REVOKED', error: 'TaskRevokedError', args: ['expired'] })
    expect(await callFromPython(broker, 'revoke', 'ts.now', [])).toMatchObject({
      state: 'REVOKED',
      args: ['revoked'],
    })
  })

  test('limits the time of our tasks, and gets the error that it knows', async () => {
    await using program = await TestProgram.on(broker)
    program.tasks.define('ts.endless', () => new Promise<void>(() => {}))
    program.tasks.define('ts.polite', async () => {
      const { signal } = currentTask()
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve)
      })
      throw signal.reason
    })
    await program.work({ concurrency: 1 })
    const hard = { time_limit: 1 }
    expect(await callFromPython(broker, 'call', 'ts.endless', [], hard)).toMatchObject({
      state: 'FAILURE',
      error: 'TimeLimitExceeded',
      module: 'billiard.exceptions',
      args: ['1'],
    })
    const soft = { soft_time_limit: 0.5 }
    expect(await callFromPython(broker, 'call', 'ts.polite', [], soft)).toMatchObject({
      error: 'SoftTimeLimitExceeded',
      module: 'billiard.exceptions',
    })
  })

  test('gets errors for arguments that our tasks do not take, or that a schema refuses', async () => {
    await using program = await TestProgram.on(broker)
    program.tasks.define('ts.add', (x: number, y: number) => x + y, {
      parameters: ['x', 'y'],
      schema: z.tuple([z.number(), z.number()]),
    })
    await program.work()
    const call = (args: unknown[], kwargs: object) =>
      callFromPython(broker, 'call', 'ts.add', args, { kwargs })
    expect(await call([1], { z: 2 })).toMatchObject({
      error: 'TypeError',
      args: ["ts.add got an unexpected keyword argument 'z'"],
    })
    expect(await call([1, 2], { x: 2 })).toMatchObject({
      error: 'TypeError',
      args: ["ts.add got multiple values for argument 'x'"],
    })
    expect(await call(['one'], { y: 2 })).toMatchObject({
      error: 'ValidationError',
      args: [expect.stringMatching(/^ts\.add: x: .*number/) as string],
    })
  })

  test('sees the children of our tasks, and our tasks see its headers and its priority', async () => {
    await using program = await TestProgram.on(broker)
    const inner = program.tasks.define('ts.inner', () => 'inner')
    const ids: string[] = []
    program.tasks.define('ts.outer', async () => {
      ids.push((await inner.delay()).id)
    })
    program.tasks.define('ts.headers', () => currentTask().headers['x-mine'])
    await program.work()
    expect(await callFromPython(broker, 'children', 'ts.outer', [])).toEqual(ids)
    const headers = { headers: { 'x-mine': 'there' } }
    expect(await callFromPython(broker, 'call', 'ts.headers', [], headers)).toMatchObject({
      value: 'there',
    })
    program.tasks.define('ts.how', () => {
      const { priority = null, deliveryInfo, properties } = currentTask()
      return { priority, deliveryInfo, appId: properties.appId ?? null }
    })
    const deliveryInfo = { exchange: '', routingKey: 'celery', queue: 'celery' }
    const urgent = { priority: 3, app_id: 'shop' }
    expect(await callFromPython(broker, 'call', 'ts.how', [], urgent)).toMatchObject({
      value: { priority: 3, deliveryInfo, appId: 'shop' },
    })
    expect(await callFromPython(broker, 'call', 'ts.how', [])).toMatchObject({
      value: { priority: 0, deliveryInfo, appId: null },
    })
    const ignored = { ignore_result: true }
    expect(await callFromPython(broker, 'call', 'ts.inner', [], ignored)).toMatchObject({
      value: null,
    })
  })
})

describe.skipIf(python === undefined)('a Celery worker', () => {
  test('runs tasks that we call, and its errors and states arrive', async () => {
    await using program = await TestProgram.on(broker)
    await using _ = await celeryWorker(broker)
    const { tasks } = program
    const add = tasks.remote<(x: number, y: number) => number>('py.add')
    expect(await add.call(2, 3)).toBe(5)
    const named = await add.send([] as never, { kwargs: { x: 1, y: 2 } })
    expect(await named.get()).toBe(3)

    const fail = tasks.remote<(message: string) => void>('py.fail')
    const error = await fail.call('on purpose').catch((reason: unknown) => reason)
    if (!(error instanceof TaskFailure)) throw error
    expect(error).toMatchObject({ type: 'ValueError', module: 'builtins', args: ['on purpose'] })
    expect(error.traceback).toContain('celery_app.py')

    const states: unknown[] = []
    const copy = tasks.remote<(files: number) => string>('py.copy')
    for await (const { state, value } of (await copy.delay(1)).updates())
      states.push([state, value])
    expect(states).toEqual([
      ['PROGRESS', { done: 1 }],
      ['SUCCESS', 'done'],
    ])
    const typed = tasks.remote<() => { at: Date; id: string }>('py.typed')
    expect(await typed.call()).toEqual({
      at: new Date('2026-11-26T12:00:00Z'),
      id: '00000000000000000000000000000007',
    })
    const nope = tasks.remote<() => void>('py.nope')
    await expect(nope.call()).rejects.toMatchObject({ type: 'NotRegistered' })
  })

  test('retries, and does not hold what we schedule', async () => {
    await using program = await TestProgram.on(broker)
    await using _ = await celeryWorker(broker)
    const flaky = program.tasks.remote<(times: number) => number>('py.flaky')
    const result = await flaky.delay(1)
    expect(await result.get()).toBe(1)
    const add = program.tasks.remote<(x: number, y: number) => number>('py.add')
    const before = Date.now()
    const later = await add.send([1, 1], { countdown: 2000 })
    const queue = await program.session.queue('celery', { passive: true })
    expect((await queue.count()).messages).toBe(0)
    expect(await later.get()).toBe(2)
    expect(Date.now() - before).toBeGreaterThanOrEqual(1900)
  })

  test('shows us the children of its tasks, and keeps to the expiry of our calls', async () => {
    await using program = await TestProgram.on(broker)
    await using _ = await celeryWorker(broker, { args: ['--concurrency', '1'] })
    const outer = await program.tasks.remote<() => string>('py.outer').delay()
    const id = await outer.get()
    expect(outer.children).toEqual([id])
    const add = program.tasks.remote<(x: number, y: number) => number>('py.add')
    const late = await add.send([1, 1], { countdown: 2000, expires: 1000 })
    await expect(late.get()).rejects.toMatchObject({ args: ['expired'] })
    expect(late.state).toBe('REVOKED')
    const revoked = await add.send([1, 1], { countdown: 1500 })
    await (await program.connected.control()).revoke(revoked.id)
    await expect(revoked.get()).rejects.toMatchObject({ args: ['revoked'] })
  })

  test('shares a quorum queue with ours, and each delays calls for the other', async () => {
    await using program = await TestProgram.on(broker)
    const worker = await celeryWorker(broker, { env: { QUEUE_TYPE: 'quorum' } })
    const add = program.tasks.remote<(x: number, y: number) => number>('py.add')
    const before = Date.now()
    const later = await add.send([1, 1], { countdown: 2000 })
    const queue = await program.session.queue('celery', { passive: true })
    expect((await queue.count()).messages).toBe(0)
    expect(await later.get()).toBe(2)
    expect(Date.now() - before).toBeGreaterThanOrEqual(1900)
    await worker[Symbol.asyncDispose]()
    await waitFor('it to be gone', async () => (await queue.count()).consumers === 0)
    // It may have been stopped before it acknowledged the call.
    await queue.purge()

    // Both sides have bound the queue to the exchange of delayed calls; they must not arrive twice.
    const events: string[] = []
    program.tasks.define('ts.now', () => Date.now())
    await program.work({ onTask: ({ event, task }) => events.push(`${task} ${event}`) })
    const called = Date.now()
    const options = { countdown: 2 }
    const answer = await callFromPython(broker, 'quorum', 'call', 'ts.now', [], options)
    expect(answer).toMatchObject({ state: 'SUCCESS' })
    expect((answer as { value: number }).value - called).toBeGreaterThan(2000)
    expect(events).toEqual(['ts.now received', 'ts.now succeeded'])
  })
})
