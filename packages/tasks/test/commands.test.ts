import { brokerForEachTest, waitFor } from '@messaging-patterns/testkit'
import { describe, expect, test, vi } from 'vitest'

import { gate, TestProgram } from './support.ts'

const broker = brokerForEachTest()

describe('a worker answers', () => {
  test('a command that it does not know, and what is not a command, and goes on', async () => {
    await using program = await TestProgram.on(broker)
    await program.work({ name: 'ts@peers' })
    const control = await program.connected.control()
    const ask = (method: string, args = {}) =>
      control.ask(method, args, { workers: ['ts@peers'], timeout: 10_000 })
    for (const method of ['knead', 'constructor', 'toString', '__proto__'])
      expect(await ask(method)).toEqual({ 'ts@peers': { error: `unknown command: ${method}` } })
    const commands = await program.session.exchange('celery.pidbox', 'fanout', { durable: false })
    await commands.publish('', Buffer.from([0xff]))
    await commands.publish('', 'null', { contentType: 'application/json' })
    await commands.publish('', { method: 'ping', pattern: '(', matcher: 'pcre' })
    expect(await ask('ping')).toEqual({ 'ts@peers': { ok: 'pong' } })
    expect(await ask('add_consumer')).toMatchObject({
      'ts@peers': {
        error: expect.stringContaining('name of a queue') as string,
      },
    })
  })

  test('which tasks it knows, with their rate limits', async () => {
    await using program = await TestProgram.on(broker)
    program.tasks.define('tasks.add', (a: number, b: number) => a + b, { rateLimit: '10/m' })
    program.tasks.define('tasks.free', () => 'free')
    await program.work({ name: 'ts@peers' })
    const control = await program.connected.control()
    const ask = async (args: object) =>
      (await control.ask('registered', { ...args }, { workers: ['ts@peers'], timeout: 10_000 }))[
        'ts@peers'
      ]
    expect(await ask({})).toEqual(['tasks.add [rate_limit=10/m]', 'tasks.free'])
    expect(await ask({ taskinfoitems: ['name'], builtins: true })).toEqual([
      'celery.accumulate [name=celery.accumulate]',
      'celery.chord_unlock [name=celery.chord_unlock]',
      'celery.chunks [name=celery.chunks]',
      'celery.map [name=celery.map]',
      'celery.starmap [name=celery.starmap]',
      'tasks.add [name=tasks.add]',
      'tasks.free [name=tasks.free]',
    ])
  })
})

test('a larger pool also receives more calls', async () => {
  await using program = await TestProgram.on(broker)
  const door = gate<void>()
  const wait = program.tasks.define('tasks.wait', () => door.opened)
  const worker = await program.work({ name: 'ts@peers', concurrency: 1 })
  const results = await Promise.all(Array.from({ length: 12 }, () => wait.delay()))
  await waitFor('the prefetch', () => worker.active.size + worker.reserved.size === 4)
  const control = await program.connected.control()
  await control.ask('pool_grow', { n: 9 }, { workers: ['ts@peers'], timeout: 10_000 })
  await waitFor('ten at once', () => worker.active.size === 10)
  await control.ask('pool_shrink', { n: 20 }, { workers: ['ts@peers'], timeout: 10_000 })
  expect(worker.pool.size).toBe(1)
  door.open()
  await Promise.all(results.map((each) => each.get()))
})

// When a worker is killed, the broker refuses a command that was on its way to the worker's queue.
describe('a queue that takes no commands', () => {
  const full = {
    type: 'classic',
    arguments: { 'x-max-length': 0, 'x-overflow': 'reject-publish' },
  } as const

  test('keeps no worker from starting, and nobody from asking the others', async () => {
    await using program = await TestProgram.on(broker)
    const commands = await program.session.exchange('celery.pidbox', 'fanout', { durable: false })
    await (await program.session.queue('full', full)).bind(commands)
    await expect(commands.publish('', 'refused')).rejects.toMatchObject({ code: 'NACKED' })
    await program.work({ name: 'ts@peers' })
    const control = await program.connected.control()
    const answers = await control.ask('ping', {}, { workers: ['ts@peers'], timeout: 10_000 })
    expect(answers).toEqual({ 'ts@peers': { ok: 'pong' } })
  })

  test('nor one that takes no answers the worker from answering again', async () => {
    const warned = vi.spyOn(process, 'emitWarning')
    await using program = await TestProgram.on(broker)
    await program.work({ name: 'ts@peers' })
    const control = await program.connected.control()
    const answers = await program.session.exchange('reply.celery.pidbox', 'direct', {
      durable: false,
    })
    await (await program.session.queue('full', full)).bind(answers, 'full')
    const commands = await program.session.exchange('celery.pidbox', 'fanout', { durable: false })
    const replyTo = { exchange: 'reply.celery.pidbox', routing_key: 'full' }
    await commands.publish('', {
      method: 'ping',
      arguments: {},
      destination: null,
      reply_to: replyTo,
    })
    const answer = await control.ask('ping', {}, { workers: ['ts@peers'], timeout: 10_000 })
    expect(answer).toEqual({ 'ts@peers': { ok: 'pong' } })
    expect(warned).not.toHaveBeenCalled()
    warned.mockRestore()
  })
})

describe('a rate limit', () => {
  test('that is removed no longer holds the calls that wait for it', async () => {
    await using program = await TestProgram.on(broker)
    const rare = program.tasks.define('tasks.rare', () => 'rare', { rateLimit: '1/h' })
    const worker = await program.work({ name: 'ts@peers' })
    const results = [await rare.delay(), await rare.delay(), await rare.delay()]
    await results[0]?.get()
    await waitFor('the others', () => worker.reserved.size === 2)
    const control = await program.connected.control()
    const limit = (task: string, rate: unknown) =>
      control.ask(
        'rate_limit',
        { task_name: task, rate_limit: rate },
        { workers: ['ts@peers'], timeout: 10_000 },
      )
    expect(await limit('tasks.nope', '1/s')).toEqual({ 'ts@peers': { error: 'unknown task' } })
    expect(await limit('tasks.rare', 'often')).toMatchObject({
      'ts@peers': {
        error: expect.stringContaining('Invalid') as string,
      },
    })
    expect(await limit('tasks.rare', 0)).toEqual({
      'ts@peers': { ok: 'rate limit disabled successfully' },
    })
    expect(await Promise.all(results.map((each) => each.get()))).toEqual(['rare', 'rare', 'rare'])
  })
})

test('a worker that starts learns from the others what was revoked', async () => {
  await using first = await TestProgram.on(broker)
  await using second = await TestProgram.on(broker)
  const wait = first.tasks.define('tasks.wait', () => 'done', { queue: 'later' })
  second.tasks.define('tasks.wait', () => 'done')
  const worker = await first.work()
  const result = await wait.delay()
  await (await first.connected.control()).revoke(result.id)
  await waitFor('the command', () => worker.revoked.ids.length === 1)
  await second.work({ queues: ['later'] })
  await expect(result.get()).rejects.toMatchObject({ args: ['revoked'] })
})

test('new time limits apply to the calls that start from then on, unless they have their own', async () => {
  await using program = await TestProgram.on(broker)
  const endless = program.tasks.define('tasks.endless', () => new Promise<void>(() => {}), {
    softTimeLimit: 60_000,
  })
  const worker = await program.work({ name: 'ts@peers' })
  const control = await program.connected.control()
  const limit = (task: string, limits: object) =>
    control.ask(
      'time_limit',
      { task_name: task, ...limits },
      { workers: ['ts@peers'], timeout: 10_000 },
    )
  expect(await limit('tasks.nope', { hard: 1 })).toEqual({ 'ts@peers': { error: 'unknown task' } })
  const earlier = await endless.delay()
  await waitFor('it to run', () => worker.active.size === 1)
  expect(await limit('tasks.endless', { hard: 0.05, soft: null })).toEqual({
    'ts@peers': { ok: 'time limits set successfully' },
  })
  await expect(endless.call()).rejects.toMatchObject({ type: 'TimeLimitExceeded', args: [0.05] })
  const own = await endless.send([], { timeLimit: 60 })
  await expect(own.get()).rejects.toMatchObject({ type: 'TimeLimitExceeded', args: [0.06] })
  expect(earlier.isReady).toBe(false)
  await worker.stop({ cold: true })
})

test('a command terminates the calls that have its stamps, not those that were revoked earlier', async () => {
  await using program = await TestProgram.on(broker)
  const endless = program.tasks.define('tasks.endless', () => new Promise<void>(() => {}))
  const worker = await program.work({ name: 'ts@peers' })
  const running = (): readonly string[] => [...worker.active].map(({ call }) => call.id).toSorted()
  for (const month of ['april', 'may', 'june', 'july']) {
    const headers = { stamped_headers: ['month'], stamps: { month } }
    await endless.send([], { id: month, headers })
  }
  await waitFor('them to run', () => running().length === 4)
  const control = await program.connected.control()
  const revoke = async (headers: object, terminate: boolean): Promise<unknown> => {
    const args = { headers, terminate }
    const to = { workers: ['ts@peers'], timeout: 10_000 }
    const answers = await control.ask('revoke_by_stamped_headers', args, to)
    return answers['ts@peers']
  }
  await control.revoke('april')
  await revoke({ month: ['may'] }, false)
  const answers = [await revoke({ month: ['june'] }, true), await revoke(['year=2026'], true)]
  await waitFor('one of them to end', () => running().length < 4)
  const left = running()
  await worker.stop({ cold: true })
  expect(left).toEqual(['april', 'july', 'may'])
  expect(answers).toEqual([
    { ok: "headers {'month': ['june']} revoked" },
    { ok: "headers {'year': '2026'} were not terminated" },
  ])
})
