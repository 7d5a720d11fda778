import { brokerForEachTest, freePort, programsOn, waitFor } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { celery, celeryProgram, celeryWorker, flower, python } from './celery.ts'
import { gate, TestProgram } from './support.ts'

const broker = brokerForEachTest()
const { run } = programsOn(broker)

/** Without the name of the worker, each command would wait for other workers until its timeout. */
const toOurs = ['--destination', 'ts@peers', '--timeout', '30']

/** What `celery --json inspect ...` printed. */
async function inspect(...command: readonly string[]): Promise<unknown> {
  const { stdout } = await celery(broker, 'inspect', ...toOurs, '--json', ...command)
  return JSON.parse(stdout) as unknown
}

describe.skipIf(python === undefined)("Celery's tools", () => {
  test('see our worker and what it does', async () => {
    await using program = await TestProgram.on(broker)
    const door = gate<string>()
    const wait = program.tasks.define('ts.wait', () => door.opened)
    const worker = await program.work({ name: 'ts@peers', concurrency: 1 })
    const results = [await wait.delay(), await wait.delay()]
    await waitFor('both to arrive', () => worker.active.size + worker.reserved.size === 2)
    const status = await celery(broker, 'status', '--timeout', '5')
    expect(status.stdout).toContain('ts@peers')
    expect(await inspect('ping')).toEqual({ 'ts@peers': { ok: 'pong' } })
    expect(await inspect('active')).toMatchObject({
      'ts@peers': [{ id: results[0]?.id, name: 'ts.wait', hostname: 'ts@peers' }],
    })
    expect(await inspect('reserved')).toMatchObject({ 'ts@peers': [{ id: results[1]?.id }] })
    expect(await inspect('registered')).toEqual({
      'ts@peers': expect.arrayContaining(['ts.wait']) as unknown,
    })
    expect(await inspect('stats')).toMatchObject({ 'ts@peers': { pool: { 'max-concurrency': 1 } } })
    expect(await inspect('active_queues')).toMatchObject({ 'ts@peers': [{ name: 'celery' }] })
    expect(await inspect('scheduled')).toEqual({ 'ts@peers': [] })
    door.open('done')
  })

  test('control our worker', async () => {
    await using program = await TestProgram.on(broker)
    program.tasks.define('ts.add', (a: number, b: number) => a + b)
    const worker = await program.work({ name: 'ts@peers', concurrency: 1 })
    const control = (...args: string[]) => celery(broker, 'control', ...toOurs, ...args)
    await control('pool_grow', '2')
    expect(worker.pool.size).toBe(3)
    await control('add_consumer', 'other')
    expect(worker.queues).toEqual(['celery', 'other'])
    await control('cancel_consumer', 'other')
    expect(worker.queues).toEqual(['celery'])
    const { stdout } = await control('rate_limit', 'ts.add', '10/m')
    expect(stdout).toContain('new rate limit set successfully')
    const limited = await control('time_limit', 'ts.add', '5', '10')
    expect(limited.stdout).toContain('time limits set successfully')
    expect(worker.timeLimits.get('ts.add')).toEqual({ softTimeLimit: 5000, timeLimit: 10_000 })
    await celery(broker, 'control', 'shutdown').catch(() => {})
    await worker.finished()
  })

  test('revoke and terminate our tasks, and switch the events of our worker', async () => {
    await using program = await TestProgram.on(broker)
    const wait = program.tasks.define('ts.wait', () => new Promise<void>(() => {}))
    const worker = await program.work({ name: 'ts@peers', concurrency: 1 })
    const control = (...args: string[]) => celery(broker, 'control', ...toOurs, ...args)
    const [running, waiting] = [await wait.delay(), await wait.delay()]
    await waitFor('one to run', () => worker.active.size === 1)
    await control('revoke', waiting.id)
    expect(await inspect('revoked')).toEqual({ 'ts@peers': [waiting.id] })
    expect(await inspect('query_task', running.id)).toMatchObject({
      'ts@peers': { [running.id]: ['active', { id: running.id, acknowledged: false }] },
    })
    const { stdout } = await control('terminate', 'SIGTERM', running.id)
    expect(stdout).toContain(`terminate: ${running.id}`)
    await expect(running.get()).rejects.toMatchObject({ args: ['terminated'] })
    await expect(waiting.get()).rejects.toMatchObject({ args: ['revoked'] })
    expect((await control('enable_events')).stdout).toContain('task events enabled')
    expect((await control('enable_events')).stdout).toContain('task events already enabled')
    expect(worker.events.taskEvents).toBe(true)
    expect((await control('disable_events')).stdout).toContain('task events disabled')
    expect((await control('pool_shrink', '3')).stdout).toContain('pool will shrink')
    expect(worker.pool.size).toBe(1)
    for (const command of ['report', 'conf', 'clock'])
      expect(await inspect(command)).toHaveProperty('ts@peers')
  })

  test('get the same answer from our worker as from one in Python that cannot do it either', async () => {
    await using program = await TestProgram.on(broker)
    await using _ = await celeryWorker(broker)
    await program.work({ name: 'ts@peers' })
    const control = await program.connected.control()
    for (const [method, args] of [
      ['autoscale', { max: 10, min: 3 }],
      ['pool_restart', { reload: false }],
      ['time_limit', { task_name: 'tasks.nope', hard: 1, soft: 1 }],
      ['rate_limit', { task_name: 'tasks.nope', rate_limit: '1/s' }],
    ] as const) {
      const workers = ['py@peers', 'ts@peers']
      const answers = await control.ask(method, args, { workers, timeout: 10_000 })
      expect(answers['py@peers']).toHaveProperty('error')
      expect(answers['ts@peers']).toEqual(answers['py@peers'])
    }
  })

  test('print the events of our worker and its tasks', async () => {
    await using program = await TestProgram.on(broker)
    const add = program.tasks.define('ts.add', (a: number, b: number) => a + b)
    await using dump = celeryProgram(broker, 'events', '--dump')
    await program.work({ name: 'ts@peers', events: true })
    await dump.says(/ts@peers \[.*\] heartbeat/)
    await add.call(2, 3)
    await dump.says(/ts@peers \[.*\] task succeeded: ts\.add/)
  })

  test('Flower shows our worker and its tasks', async () => {
    await using program = await TestProgram.on(broker)
    const add = program.tasks.define('ts.add', (a: number, b: number) => a + b)
    const port = await freePort()
    await using _ = flower(broker, port)
    const get = async (path: string): Promise<unknown> =>
      (await fetch(`http://127.0.0.1:${port}/api/${path}`)).json()
    await waitFor('Flower', async () =>
      Array.isArray(Object.keys((await get('workers')) as object)),
    )
    await program.work({ name: 'ts@peers', events: true })
    await waitFor(
      'our worker',
      async () => 'ts@peers' in ((await get('workers?refresh=1')) as object),
    )
    const { id } = await add.delay(2, 3)
    const shown = await waitFor('our task', async () => {
      const all = (await get('tasks')) as Record<string, { state: string }>
      return all[id]?.state === 'SUCCESS' && all[id]
    })
    expect(shown).toMatchObject({ name: 'ts.add', args: '(2, 3)', result: '5', worker: 'ts@peers' })
  })
})

describe.skipIf(python === undefined)('our tools', () => {
  test("see Celery's worker", async () => {
    await using worker = await celeryWorker(broker, { args: ['--task-events'] })
    const status = await run('packages/tasks/src/status.ts', '--timeout', '3')
    expect(status.stdout).toBe('py@peers: OK\n')
    const registered = await run('packages/tasks/src/inspect.ts', 'registered', '--timeout', '3')
    expect(registered.stdout).toContain('py.add')
    const events = await run('packages/tasks/src/events.ts', '--count', '1')
    expect(events.stdout).toMatch(/^py@peers worker-heartbeat\n/)
    expect(worker.ended).toBe(false)
  })
})
