import { setTimeout as pause } from 'node:timers/promises'

import { MessagingError, Session } from '@messaging-patterns/shared'
import { brokerForEachTest, TcpProxy, testBroker, waitFor } from '@messaging-patterns/testkit'
import { describe, expect, test, vi } from 'vitest'

import { currentTask, Tasks } from '../src/index.ts'
import { exchanges } from '../src/topology.ts'
import { gate, TestProgram } from './support.ts'

const broker = brokerForEachTest()

describe('a worker that loses its connection', () => {
  test('starts no call that the broker delivers again, and finishes what it runs', async () => {
    await using proxy = await TcpProxy.start(broker.url)
    await using session = await Session.open({ url: proxy.url })
    await using program = await TestProgram.on(broker)
    const tasks = new Tasks()
    const door = gate<void>()
    const started: number[] = []
    tasks.define('tasks.wait', async (n: number) => {
      started.push(n)
      await door.opened
      return n
    })
    const wait = program.tasks.remote<(n: number) => number>('tasks.wait')
    await using connected = await tasks.connect(session)
    await using worker = await connected.startWorker({ concurrency: 1 })
    const results = await Promise.all([0, 1, 2].map((n) => wait.delay(n)))
    await waitFor('all to arrive', () => worker.active.size + worker.reserved.size === 3)
    proxy.cut()
    await waitFor('all to arrive again', () => worker.active.size + worker.reserved.size === 6)
    door.open()
    expect(await Promise.all(results.map((each) => each.get()))).toEqual([0, 1, 2])
    await waitFor('the end', () => worker.active.size + worker.reserved.size === 0)
    // The one that was running may run twice: nobody can know whether it was done.
    expect(started.filter((n) => n !== started[0])).toHaveLength(2)
  })

  test('for good, ends with the error', async () => {
    await using proxy = await TcpProxy.start(broker.url)
    await using session = await Session.open({ url: proxy.url, reconnectFor: 0 })
    const connected = await new Tasks().connect(session)
    const worker = await connected.startWorker()
    proxy.cut()
    await expect(worker.finished()).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  })
})

test('a worker declares a queue again that was deleted', async () => {
  await using program = await TestProgram.on(broker)
  const fine = program.tasks.define('tasks.fine', () => 'fine')
  const worker = await program.work()
  expect(await fine.call()).toBe('fine')
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  await (await program.session.queue('celery', { passive: true })).delete()
  await waitFor('the queue', async () => {
    try {
      const queue = await program.session.queue('celery', { passive: true })
      return (await queue.count()).consumers === 1
    } catch (error) {
      if (error instanceof MessagingError && error.code === 'NOT_FOUND') return false
      throw error
    }
  })
  expect(stderr.mock.calls).toEqual([
    [expect.stringMatching(/^the queue "celery" was interrupted: the broker cancelled/)],
  ])
  stderr.mockRestore()
  expect(worker.queues).toEqual(['celery'])
  expect(await fine.call()).toBe('fine')
})

test('a worker and a program whose queues of commands and answers were deleted go on without a word', async () => {
  await using program = await TestProgram.on(broker)
  const { session, connected } = program
  const declared = vi.spyOn(session, 'queue')
  const control = await connected.control()
  const answers = await declared.mock.settledResults[0]?.value
  await program.work({ name: 'ts@peers' })
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const warning = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const answered = async (): Promise<boolean> =>
    'ts@peers' in (await control.ask('ping', {}, { workers: ['ts@peers'], timeout: 500 }))
  for (const name of ['ts@peers.celery.pidbox', answers?.name ?? '']) {
    await waitFor('an answer', answered)
    // They are exclusive: others can only delete them by the management API.
    const queue = await session.queue(name, { passive: true })
    await queue.delete()
    await waitFor('an answer again', answered)
  }
  expect([stderr.mock.calls, warning.mock.calls]).toEqual([[], []])
  stderr.mockRestore()
  warning.mockRestore()
})

test.each([1, 3])(
  'a worker whose queue was deleted comes back, though the broker fails over it (%i)',
  async (times) => {
    await using own = await testBroker()
    await using program = await TestProgram.on(own)
    const add = program.tasks.define('tasks.add', (a: number, b: number) => a + b)
    await program.work()
    expect(await add.call(1, 2)).toBe(3)
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    await using session = await Session.open({ url: own.url })
    const queue = await session.queue('celery', { passive: true })
    // RabbitMQ does so now and then, and gives no reason.
    own.embedded?.faults.refuseQueue('celery', { code: 541, text: '', times })
    await queue.delete()
    await waitFor('the worker to say so', () => stderr.mock.calls.length > 0)
    await waitFor('the worker to be back', () =>
      queue.count().then(
        ({ consumers }) => consumers === 1,
        () => false,
      ),
    )
    stderr.mockRestore()
    expect(await add.call(3, 4)).toBe(7)
  },
)

test('a worker whose queues and exchanges were all deleted, as by pnpm reset, works as before', async () => {
  await using program = await TestProgram.on(broker)
  const flaky = program.tasks.define('tasks.flaky', () => currentTask().retries, {
    queue: 'celery',
  })
  const retried = program.tasks.define(
    'tasks.retried',
    () => {
      const { retries } = currentTask()
      if (retries < 2) throw new Error('not yet')
      return retries
    },
    { retry: { delay: 1000 } },
  )
  await program.work({ name: 'ts@peers' })
  expect(await flaky.call()).toBe(0)
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  await using session = await Session.open({ url: broker.url })
  for (const [name, { kind, ...options }] of Object.entries(exchanges))
    await (await session.exchange(name, kind, options)).delete()
  for (const name of ['celery', 'celery_delayed_0', 'celery_delayed_1'])
    await (await session.queue(name, { passive: true })).delete()
  await waitFor('the worker to be back', () => stderr.mock.calls.length > 0)
  stderr.mockRestore()
  expect(await retried.call()).toBe(2)
  const control = await program.connected.control()
  await waitFor('an answer', async () => {
    const answers = await control.ask('ping', {}, { timeout: 500 })
    return 'ts@peers' in answers
  })
})

test('a task whose retry the broker refuses is requeued', async () => {
  await using program = await TestProgram.on(broker)
  // It has room for one message, apart from those that the worker has.
  const queue = await program.session.queue('small', {
    type: 'classic',
    arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' },
  })
  const door = gate<void>()
  const attempts: boolean[] = []
  const flaky = program.tasks.define(
    'tasks.flaky',
    async (n: number) => {
      if (n > 0) return n
      attempts.push(currentTask().redelivered)
      await door.opened
      if (attempts.length === 1) throw new Error('not yet')
      return n
    },
    { queue: 'small', retry: { delay: 0 } },
  )
  await program.work({ queues: ['small'], concurrency: 1 })
  const results = []
  for (const n of [0, 1, 2, 3, 4]) {
    results.push(await flaky.delay(n))
    if (n < 4)
      await waitFor('the worker to take it', async () => (await queue.count()).messages === 0)
  }
  door.open()
  expect(await Promise.all(results.map((each) => each.get()))).toEqual([0, 1, 2, 3, 4])
  expect(attempts).toEqual([false, true])
})

test('a second worker with the name of another does not start, and takes no tasks', async () => {
  await using first = await TestProgram.on(broker)
  await using second = await TestProgram.on(broker)
  await first.work({ name: 'same@peers', queues: ['first'] })
  const celery = await first.session.queue('celery', { type: 'classic' })
  await expect(second.work({ name: 'same@peers' })).rejects.toMatchObject({ code: 'LOCKED' })
  expect((await celery.count()).consumers).toBe(0)
})

test('a time limit may be of any length', async () => {
  await using program = await TestProgram.on(broker)
  const fine = program.tasks.define('tasks.fine', async () => {
    await pause(20)
    return 'fine'
  })
  await program.work()
  const result = await fine.send([], { timeLimit: 90 * 86_400_000, softTimeLimit: 80 * 86_400_000 })
  expect(await result.get()).toBe('fine')
})

test('a result finds a client whose queue was missing for a moment', async () => {
  await using program = await TestProgram.on(broker)
  program.tasks.define('tasks.fine', () => 'fine')
  let done = false
  await program.work({ onTask: ({ event }) => (done ||= event === 'succeeded') })
  const queue = await program.session.queue('celery', { passive: true })
  const headers = { task: 'tasks.fine', id: 'late' }
  await queue.send([[], {}, {}], { headers, replyTo: 'replies', correlationId: 'late' })
  // The worker does not wait for the client.
  await waitFor('the task', () => done)
  const replies = await program.session.queue('replies', { type: 'classic' })
  const result = await waitFor('the result', () => replies.get())
  expect(result.json()).toMatchObject({ status: 'SUCCESS', result: 'fine' })
  result.ack()
})
