import { Session } from '@messaging-patterns/shared'
import { brokerForEachTest, collectGarbage, TcpProxy, waitFor } from '@messaging-patterns/testkit'
import { afterEach, describe, expect, test, vi } from 'vitest'

import { TaskResult } from '../src/client/task-result.ts'
import { currentTask, Tasks } from '../src/index.ts'
import { Sender } from '../src/transport/sender.ts'
import { gate, TestProgram } from './support.ts'

const broker = brokerForEachTest()
afterEach(() => {
  vi.restoreAllMocks()
})

describe('a result that is waited for', () => {
  test('is rejected when the client or its session is closed', async () => {
    for (const what of ['connected', 'session'] as const) {
      await using program = await TestProgram.on(broker)
      const task = program.tasks.remote<() => void>('tasks.nobody')
      const waiting = (await task.delay()).get()
      const updates = (await task.delay()).updates().next()
      const rejected = Promise.allSettled([waiting, updates])
      await program[what][Symbol.asyncDispose]()
      expect(await rejected).toMatchObject([
        { status: 'rejected', reason: { code: 'CLOSED' } },
        { status: 'rejected', reason: { code: 'CLOSED' } },
      ])
    }
  })

  test('is rejected with what ended the session', async () => {
    await using proxy = await TcpProxy.start(broker.url)
    await using session = await Session.open({ url: proxy.url, reconnectFor: 0 })
    const tasks = new Tasks()
    await tasks.connect(session)
    const waiting = (await tasks.remote<() => void>('tasks.nobody').delay()).get()
    proxy.cut()
    await expect(waiting).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  })

  test('is rejected when its queue is deleted, and the next call has another one', async () => {
    await using program = await TestProgram.on(broker)
    const door = gate<void>()
    const where = program.tasks.define('tasks.where', () => door.opened)
    const worker = await program.work()
    const waiting = (await where.delay()).get()
    await waitFor('the task', () => worker.active.size === 1)
    const [job] = worker.active
    await (await program.session.queue(job?.call.replyTo ?? '', { passive: true })).delete()
    await expect(waiting).rejects.toMatchObject({ code: 'CONSUMER_CANCELLED' })
    door.open()
    await where.call()
  })

  test('survives a lost connection', async () => {
    await using proxy = await TcpProxy.start(broker.url)
    await using session = await Session.open({ url: proxy.url })
    const tasks = new Tasks()
    await using _ = await tasks.connect(session)
    await using program = await TestProgram.on(broker)
    const door = gate<string>()
    program.tasks.define('tasks.wait', () => door.opened)
    const worker = await program.work()
    const waiting = (await tasks.remote<() => string>('tasks.wait').delay()).get()
    await waitFor('the task', () => worker.active.size === 1)
    proxy.cut()
    door.open('fine')
    expect(await waiting).toBe('fine')
  })

  test('may be waited for without a deadline', async () => {
    await using program = await TestProgram.on(broker)
    const fine = program.tasks.define('tasks.fine', () => 'fine')
    const waiting = (await fine.delay()).get({ timeout: Infinity })
    await program.work()
    expect(await waiting).toBe('fine')
  })
})

test('a result that nobody can ask for is forgotten', async () => {
  await using program = await TestProgram.on(broker)
  const task = program.tasks.remote<() => void>('tasks.nobody')
  const forgotten = await (async () => new WeakRef(await task.delay()))()
  await waitFor('the garbage collector', () => {
    collectGarbage()
    return forgotten.deref() === undefined
  })
})

test('a result arrives although an earlier one with the same id is forgotten meanwhile', async () => {
  await using program = await TestProgram.on(broker)
  const report = program.tasks.define('tasks.report', (month: string) => month)
  const worker = await program.work()
  let forgotten = false
  const registry = new FinalizationRegistry(() => {
    forgotten = true
  })
  await (async () => {
    const earlier = await report.send(['May'], { id: 'report' })
    await earlier.get()
    registry.register(earlier, undefined)
  })()
  const later = await report.send(['June'], { id: 'report', queue: 'later' })
  await waitFor('the garbage collector', () => {
    collectGarbage()
    return forgotten
  })
  await worker.addQueue('later')
  expect(await later.get()).toBe('June')
})

test('an ignored result is not waited for', async () => {
  await using program = await TestProgram.on(broker)
  const log = program.tasks.define('tasks.log', (text: string) => text, { ignoreResult: true })
  // No worker runs.
  expect(await log.call('hi')).toBeUndefined()
})

test.each([
  { options: {}, expires: 86_400_000 },
  { options: { resultExpires: 60_000 }, expires: 60_000 },
])(
  'with the options $options, the queue of results is deleted with its client, or $expires ms after one that could not',
  async ({ options, expires }) => {
    await using program = await TestProgram.on(broker)
    await using client = await TestProgram.on(broker, options)
    const door = gate<void>()
    program.tasks.define('tasks.wait', () => door.opened)
    const worker = await program.work()
    await client.tasks.remote<() => void>('tasks.wait').delay()
    await waitFor('the task', () => worker.active.size === 1)
    const [job] = worker.active
    const name = job?.call.replyTo ?? ''
    // The broker refuses this if the queue has another argument.
    const args = { 'x-expires': expires }
    const queue = await program.session.queue(name, { type: 'classic', arguments: args })
    queue.forget()
    await client.connected[Symbol.asyncDispose]()
    await expect(program.session.queue(name, { passive: true })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    door.open()
  },
)

/** Delays the confirm of each call until `confirmed` resolves. */
function confirmLate(confirmed: Promise<void>): void {
  // oxlint-disable-next-line typescript/unbound-method -- it is called with `this` below
  const { send } = Sender.prototype
  const sending = vi.spyOn(Sender.prototype, 'send')
  sending.mockImplementation(async function late(this: Sender, ...call) {
    await send.apply(this, call)
    await confirmed
  })
}

test('no state is missed, even if a worker is faster than the confirm of its call', async () => {
  await using program = await TestProgram.on(broker)
  const count = program.tasks.define('tasks.count', async () => {
    await currentTask().progress(1)
    await currentTask().progress(2)
  })
  await program.work()
  const succeeded = gate<void>()
  // oxlint-disable-next-line typescript/unbound-method -- it is called with `this` below
  const { update } = TaskResult.prototype
  const updating = vi.spyOn(TaskResult.prototype, 'update')
  updating.mockImplementation(function updated(this: TaskResult<unknown>, report) {
    update.call(this, report)
    if (report.state === 'SUCCESS') succeeded.open()
  })
  confirmLate(succeeded.opened)
  const result = await count.delay()
  const seen: unknown[] = []
  for await (const { state, value } of result.updates()) seen.push([state, value])
  expect(seen).toEqual([
    ['PROGRESS', 1],
    ['PROGRESS', 2],
    ['SUCCESS', null],
  ])
  await new Promise((resolve) => setImmediate(resolve))
  // Later, only the last one is known.
  expect((await result.updates().next()).value).toMatchObject({ state: 'SUCCESS' })
})

test('a call whose result is here does not wait for the confirm of the call', async () => {
  await using program = await TestProgram.on(broker)
  const add = program.tasks.define('tasks.add', (a: number, b: number) => a + b)
  await program.work()
  const confirmed = gate<void>()
  confirmLate(confirmed.opened)
  expect(await add.call(2, 3)).toBe(5)
  confirmed.open()
})

test('a call that the broker does not take is rejected', async () => {
  await using program = await TestProgram.on(broker)
  const nowhere = program.tasks.remote<() => void>('tasks.nobody', { queue: 'deleted' })
  await nowhere.delay()
  await (await program.session.queue('deleted', { passive: true })).delete()
  await expect(nowhere.call()).rejects.toMatchObject({ code: 'UNROUTABLE' })
})
