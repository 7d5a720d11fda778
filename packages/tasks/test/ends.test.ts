import { brokerForEachTest, programsOn } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { chain, chord, TaskRevoked } from '../src/index.ts'
import { TestProgram } from './support.ts'

const broker = brokerForEachTest()
const { start } = programsOn(broker)

test('a call that is acknowledged before the work does not come back if it ends the process', async () => {
  await using program = await TestProgram.on(broker)
  await using worker = start('packages/tasks/test/dying.ts')
  await worker.says(/started/)
  await program.tasks.remote<() => void>('ts.die').delay()
  await worker.ends()
  await using another = start('packages/tasks/test/dying.ts')
  await another.says(/started/)
  const queue = await program.session.queue('celery', { passive: true })
  // The second worker consumes, so the call would be with it.
  expect(await queue.count()).toEqual({ messages: 0, consumers: 1 })
})

describe('the rest of a chain, and a chord, fail with their task', () => {
  test('although its errback cannot be called', async () => {
    await using program = await TestProgram.on(broker)
    const { tasks, connected } = program
    const fail = tasks.define('tasks.fail', () => {
      throw new Error('on purpose')
    })
    const list = tasks.define('tasks.list', String)
    await program.work()
    const tooLong = tasks.remote<() => void>('tasks.next').s().to('q'.repeat(256))
    const failing = fail.s().linkError(tooLong)
    const rest = await connected.send(chain(failing, list.s()))
    await expect(rest.get({ timeout: 10_000 })).rejects.toThrow('on purpose')
    const body = await connected.send(chord([failing], list.s()))
    await expect(body.get({ timeout: 10_000 })).rejects.toMatchObject({ type: 'ChordError' })
    const ofBody = await connected.send(chord([fail.s()], list.s().linkError(tooLong)))
    await expect(ofBody.get({ timeout: 10_000 })).rejects.toMatchObject({ type: 'ChordError' })
  })
})

test('a task reports its failure once, although the errback of its chord cannot be called', async () => {
  await using program = await TestProgram.on(broker)
  const { tasks, connected, session } = program
  const fail = tasks.define('tasks.fail', () => {
    throw new Error('on purpose')
  })
  const list = tasks.define('tasks.list', String)
  await program.work({ concurrency: 1 })
  const replies = await session.queue('replies')
  const json = { ...fail.s().toJSON(), options: { reply_to: 'replies' } }
  const failing = Object.assign(fail.s(), { toJSON: () => json })
  const tooLong = tasks.remote<() => void>('tasks.next').s().to('q'.repeat(256))
  const body = await connected.send(chord([failing], list.s().linkError(tooLong)))
  await expect(body.get({ timeout: 10_000 })).rejects.toMatchObject({ type: 'ChordError' })
  // The worker runs one task at a time, so it has finished the one before.
  await expect(fail.call()).rejects.toThrow('on purpose')
  expect(await replies.count()).toMatchObject({ messages: 1 })
})

describe('a task', () => {
  test('that throws the revocation of another call fails, and may be retried', async () => {
    await using program = await TestProgram.on(broker)
    const attempts: number[] = []
    const wait = program.tasks.define(
      'tasks.wait',
      () => {
        attempts.push(attempts.length)
        throw new TaskRevoked('expired', 'another')
      },
      { retry: { max: 1, delay: 0 } },
    )
    await program.work()
    const result = await wait.delay()
    await expect(result.get()).rejects.toMatchObject({ args: ['expired'] })
    expect([result.state, attempts]).toEqual(['FAILURE', [0, 1]])
  })

  test('that exceeds its hard time limit is not retried, because it may still be running', async () => {
    await using program = await TestProgram.on(broker)
    let attempts = 0
    const hang = program.tasks.define(
      'tasks.hang',
      () => {
        attempts += 1
        return new Promise(() => {})
      },
      { timeLimit: 50, retry: { delay: 0 } },
    )
    await program.work()
    const result = await hang.delay()
    await expect(result.get()).rejects.toMatchObject({ type: 'TimeLimitExceeded' })
    expect([result.state, attempts]).toEqual(['FAILURE', 1])
  })

  test('that ignores its results sends one to a caller who wants it', async () => {
    await using program = await TestProgram.on(broker)
    const add = program.tasks.define('tasks.add', (a: number, b: number) => a + b, {
      ignoreResult: true,
    })
    await program.work()
    const result = await add.send([2, 3], { ignoreResult: false })
    expect(await result.get({ timeout: 10_000 })).toBe(5)
  })
})
