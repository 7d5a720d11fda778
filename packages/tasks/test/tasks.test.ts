import { brokerForEachTest, waitFor } from '@messaging-patterns/testkit'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'

import { currentTask, inThread, TaskFailure, TaskRevoked } from '../src/index.ts'
import { gate, TestProgram } from './support.ts'

const broker = brokerForEachTest()

describe('a call', () => {
  test('runs in a worker, and its result comes back, typed', async () => {
    await using program = await TestProgram.on(broker)
    const add = program.tasks.define('tasks.add', (a: number, b: number) => a + b)
    await program.work()
    const sum = await add.call(2, 3)
    expectTypeOf(sum).toEqualTypeOf<number>()
    expectTypeOf<Parameters<typeof add.delay>>().toEqualTypeOf<[a: number, b: number]>()
    expect(sum).toBe(5)
    const result = await add.delay(1, 1)
    expect(await result.get({ timeout: 20_000 })).toBe(2)
    expect(result.state).toBe('SUCCESS')
  })

  test('waits for a worker, and times out with its state if none comes', async () => {
    await using program = await TestProgram.on(broker)
    const add = program.tasks.define('tasks.add', (a: number, b: number) => a + b)
    const result = await add.delay(2, 3)
    await expect(result.get({ timeout: 50 })).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('its state is PENDING') as string,
    })
    await program.work()
    expect(await result.get()).toBe(5)
  })

  test('reports its progress', async () => {
    await using program = await TestProgram.on(broker)
    const copy = program.tasks.define('tasks.copy', async (files: number) => {
      for (let done = 1; done <= files; done++) await currentTask().progress({ done, of: files })
      return 'done'
    })
    await program.work()
    const seen: unknown[] = []
    for await (const { state, value } of (await copy.delay(2)).updates()) seen.push([state, value])
    expect(seen).toEqual([
      ['PROGRESS', { done: 1, of: 2 }],
      ['PROGRESS', { done: 2, of: 2 }],
      ['SUCCESS', 'done'],
    ])
  })

  test('of a task that nobody has defined fails with NotRegistered', async () => {
    await using program = await TestProgram.on(broker)
    const nope = program.tasks.remote<() => void>('tasks.nope')
    await program.work()
    await expect(nope.call()).rejects.toMatchObject({
      type: 'NotRegistered',
      args: ['tasks.nope'],
    })
  })

  test('with arguments that its schema refuses fails before the task runs', async () => {
    await using program = await TestProgram.on(broker)
    let ran = 0
    const greet = program.tasks.define(
      'tasks.greet',
      (person: { name: string }, times: number) => {
        ran += 1
        return person.name.repeat(times)
      },
      {
        schema: z.tuple([z.object({ name: z.string() }), z.int()]),
        parameters: ['person', 'times'],
      },
    )
    await program.work()
    expect(await greet.call({ name: 'ab' }, 2)).toBe('abab')
    const wrong = greet.call({ name: 7 as unknown as string }, 1.5)
    await expect(wrong).rejects.toMatchObject({ type: 'ValidationError', module: 'javascript' })
    await expect(wrong).rejects.toThrow(/tasks\.greet: person\.name: .*string.*; times: .*int/)
    expect(ran).toBe(1)
  })

  test('that fails carries the name, the message and the stack of the error', async () => {
    await using program = await TestProgram.on(broker)
    const fail = program.tasks.define('tasks.fail', () => {
      throw new RangeError('on purpose')
    })
    await program.work()
    const result = await fail.delay()
    const error = await result.get().catch((reason: unknown) => reason)
    if (!(error instanceof TaskFailure)) throw error
    expect(error).toMatchObject({ type: 'RangeError', args: ['on purpose'], taskId: result.id })
    expect(error.traceback).toContain('tasks.test.ts')
    expect(result.state).toBe('FAILURE')
  })

  test('that returns something without JSON fails', async () => {
    await using program = await TestProgram.on(broker)
    const huge = program.tasks.define('tasks.huge', () => 10n)
    await program.work()
    await expect(huge.call()).rejects.toThrow(/the body cannot be sent/)
  })

  test('that ignores its result sends none', async () => {
    await using program = await TestProgram.on(broker)
    const done: string[] = []
    const log = program.tasks.define('tasks.log', (text: string) => void done.push(text))
    await program.work()
    const result = await log.send(['hi'], { ignoreResult: true })
    await waitFor('the task', () => done.length === 1)
    await log.call('a marker')
    expect(result.state).toBe('PENDING')
  })

  test('from another task belongs to it', async () => {
    await using program = await TestProgram.on(broker)
    const inner = program.tasks.define('tasks.inner', () => 'inner')
    const outer = program.tasks.define('tasks.outer', async () => (await inner.delay()).id)
    await program.work()
    const result = await outer.delay()
    const id = await result.get()
    expect(result.children).toEqual([id])
  })
})

describe('a task that blocks', () => {
  test('runs in a thread while others go on, and is stopped by a revoke or a time limit', async () => {
    await using program = await TestProgram.on(broker)
    const spin = inThread<(ms: number) => string>(new URL('blocking.ts', import.meta.url), 'spin')
    const blocking = program.tasks.define('tasks.spin', spin)
    const quick = program.tasks.define('tasks.quick', () => 'quick')
    await program.work()
    const endless = await blocking.delay(600_000)
    expect(await blocking.call(1)).toBe('done')
    expect(await quick.call()).toBe('quick')
    expect(endless.isReady).toBe(false)
    await (await program.connected.control()).revoke(endless.id, { terminate: true })
    await expect(endless.get()).rejects.toMatchObject({ args: ['terminated'] })
    const short = await blocking.send([600_000], { softTimeLimit: 100 })
    await expect(short.get()).rejects.toMatchObject({ type: 'SoftTimeLimitExceeded' })
  })
})

test('a call has an eta only if it is delayed', async () => {
  await using program = await TestProgram.on(broker)
  const { tasks, session } = program
  const queue = await session.queue('celery', { type: 'classic' })
  await tasks.remote<() => void>('tasks.nobody').send([], { countdown: 0 })
  const call = await waitFor('the call', () => queue.get())
  expect(call.headers['eta']).toBeNull()
  call.ack()
})

describe('time limits', () => {
  test('the soft one aborts the signal, and the hard one ends the wait', async () => {
    await using program = await TestProgram.on(broker)
    const soft = program.tasks.define('tasks.soft', () => aborted(), { softTimeLimit: 50 })
    const hard = program.tasks.define('tasks.hard', () => new Promise<void>(() => {}), {
      timeLimit: 50,
    })
    await program.work({ concurrency: 1 })
    expect(await soft.call()).toBe('cleaned up')
    await expect(hard.call()).rejects.toMatchObject({ type: 'TimeLimitExceeded', args: [0.05] })
  })
})

function aborted(): Promise<string> {
  const { signal } = currentTask()
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve('cleaned up')
    })
  })
}

describe('a worker', () => {
  test('runs as many tasks at once as its concurrency', async () => {
    await using program = await TestProgram.on(broker)
    let running = 0
    let most = 0
    const door = gate<void>()
    const wait = program.tasks.define('tasks.wait', async () => {
      running += 1
      most = Math.max(most, running)
      await door.opened
      running -= 1
    })
    const worker = await program.work({ concurrency: 3 })
    const results = await Promise.all(Array.from({ length: 8 }, () => wait.delay()))
    await waitFor('the others to arrive', () => worker.reserved.size === 5)
    expect(worker.active.size).toBe(3)
    door.open()
    await Promise.all(results.map((result) => result.get()))
    expect(most).toBe(3)
  })

  test('that shuts down finishes what it runs, and leaves the rest to others', async () => {
    await using first = await TestProgram.on(broker)
    await using second = await TestProgram.on(broker)
    const door = gate<string>()
    const wait = first.tasks.define('tasks.wait', () => door.opened)
    second.tasks.define('tasks.wait', () => 'second')
    const worker = await first.work({ concurrency: 1 })
    const results = await Promise.all([wait.delay(), wait.delay()])
    await waitFor('both to arrive', () => worker.active.size + worker.reserved.size === 2)
    const stopped = worker.stop()
    await second.work()
    door.open('first')
    await stopped
    expect(await Promise.all(results.map((each) => each.get()))).toEqual(['first', 'second'])
  })

  test('that shuts down at once leaves even what it runs to others', async () => {
    await using first = await TestProgram.on(broker)
    await using second = await TestProgram.on(broker)
    const wait = first.tasks.define('tasks.wait', () => new Promise<string>(() => {}))
    second.tasks.define('tasks.wait', () => 'second')
    const worker = await first.work()
    const result = await wait.delay()
    await waitFor('the task to run', () => worker.active.size === 1)
    await worker.stop({ cold: true })
    await second.work()
    expect(await result.get()).toBe('second')
  })

  test('rejects a message that is not a task, and goes on', async () => {
    await using program = await TestProgram.on(broker)
    const refused: string[] = []
    const add = program.tasks.define('tasks.add', (a: number, b: number) => a + b)
    await program.work({
      onTask: ({ event, error }) => event === 'refused' && refused.push(String(error)),
    })
    const queue = await program.session.queue('celery', { passive: true })
    await queue.send('not a task')
    await queue.send('{', {
      headers: { task: 'tasks.add', id: 'x' },
      contentType: 'application/json',
    })
    expect(await add.call(2, 3)).toBe(5)
    expect(refused).toEqual([
      expect.stringContaining('no headers "task" and "id"'),
      expect.stringContaining('not valid JSON'),
    ])
  })

  test('starts no revoked task, and stops one that runs if it is told to', async () => {
    await using program = await TestProgram.on(broker)
    const wait = program.tasks.define('tasks.wait', () => new Promise<void>(() => {}))
    const worker = await program.work({ concurrency: 1 })
    const control = await program.connected.control()
    const running = await wait.delay()
    const waiting = await wait.delay()
    await waitFor('one to run', () => worker.active.size === 1)
    await control.revoke(waiting.id)
    await control.revoke(running.id, { terminate: true })
    const error = await running.get().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(TaskRevoked)
    expect(error).toMatchObject({ args: ['terminated'] })
    await expect(waiting.get()).rejects.toMatchObject({ args: ['revoked'] })
    expect(waiting.state).toBe('REVOKED')
  })
})
