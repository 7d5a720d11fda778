import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import {
  brokerForEachTest,
  deadline,
  factsIn,
  programsOn,
  waitFor,
} from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { atOnce, consumer, forEver, numbersOf, producer, queueHas, worker } from './programs.ts'

// Each test has an empty broker, because the tests are about the messages that are left in the
// queue.
const broker = brokerForEachTest()
const { run } = programsOn(broker)

const fifteen = Array.from({ length: 15 }, (_, i) => i)

/** Milliseconds between the two lines for the next task. */
async function waitForTask(...args: string[]): Promise<number> {
  await using working = await worker(broker, '--count', '1', ...args)
  await working.hasLines(1)
  const received = performance.now()
  await working.hasLines(2)
  return performance.now() - received
}

describe('the workers', () => {
  test('share the fifteen tasks of the course', async () => {
    await using one = await worker(broker, '--work-ms', '50')
    await using two = await worker(broker, '--work-ms', '50')
    await using three = await worker(broker, '--work-ms', '50')
    const workers = [one, two, three]
    await run(producer)
    const lines = await waitFor('fifteen tasks done', () => {
      const all = workers.flatMap((each) => each.lines)
      return all.length === 30 && all
    })
    expect(numbersOf(lines, 'received').toSorted((a, b) => a - b)).toEqual(fifteen)
    expect(numbersOf(lines, 'done').toSorted((a, b) => a - b)).toEqual(fifteen)
    for (const each of workers) expect(each.lines.length).toBeGreaterThanOrEqual(2 * 3)
    await queueHas(broker, { messages: 0, consumers: 3 })
  })

  test('a busy worker is skipped: the next tasks go to a worker that is free', async () => {
    await using slow = await worker(broker, ...forEver)
    await run(producer, 'slow.')
    await slow.hasLines(1)
    await using quick = await worker(broker, ...atOnce)
    await run(producer, '--count', '4', 'quick.')
    expect(await quick.hasLines(8)).toHaveLength(8)
    expect(slow.lines).toEqual(['slow. received'])
  })

  describe('with heavy and light tasks', () => {
    /**
     * Two workers do four heavy and four light tasks. Resolves with how many heavy ones each did.
     */
    async function heavyTasksOfTwo(prefetch: string): Promise<readonly number[]> {
      await using one = await worker(broker, '--work-ms', '50', '--prefetch', prefetch)
      await using two = await worker(broker, '--work-ms', '50', '--prefetch', prefetch)
      const workers = [one, two]
      const sent = await run(producer, '--mixed', '--count', '8')
      const dots = sent.stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split('.').length - 1)
      expect(dots).toEqual([5, 1, 5, 1, 5, 1, 5, 1])
      await waitFor('eight tasks done', () => workers.flatMap((each) => each.lines).length === 16)
      for (const each of workers) each.signal('SIGINT')
      for (const each of workers) {
        const { stdout, stderr } = await each.ends()
        const lines = stdout.split('\n').filter((line) => line.endsWith(' done'))
        const work = lines.join('').split('.').length - 1
        expect(stderr).toContain(`\ndots of work done: ${work}\n`)
      }
      return workers.map((each) => each.lines.filter((line) => line.endsWith('.... done')).length)
    }

    test('prefetch 0 is unfair: one worker gets all the heavy tasks, the other is soon idle', async () => {
      expect((await heavyTasksOfTwo('0')).toSorted((a, b) => a - b)).toEqual([0, 4])
    })

    test('prefetch 1 is fair: the heavy tasks are shared', async () => {
      expect(await heavyTasksOfTwo('1')).not.toContain(0)
    })
  })

  test('each dot is one --work-ms of work', async () => {
    await run(producer, 'Four. dots...')
    const took = await waitForTask('--work-ms', '500')
    // The test may notice late that the work has begun.
    expect(took).toBeGreaterThan(3 * 500)
    expect(took).toBeLessThan(4 * 500 + 5000)
  })

  test('a task that a killed worker had not acknowledged is done by another', async () => {
    await using victim = await worker(broker, ...forEver)
    await run(producer, 'hard task.')
    await victim.hasLines(1)
    await using heir = await worker(broker, ...atOnce)
    victim.signal('SIGKILL')
    expect(await heir.hasLines(2)).toEqual(['hard task. received (redelivered)', 'hard task. done'])
    expect(victim.lines).toEqual(['hard task. received'])
    await queueHas(broker, { messages: 0, consumers: 1 })
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'on %s a worker finishes its current task, takes no other, and exits with 0',
    async (signal) => {
      await run(producer, '--count', '2', 'task.')
      await using working = await worker(broker, '--work-ms', '500')
      await working.hasLines(1)
      working.signal(signal)
      await working.says(/shutting down gracefully/)
      expect(await working.ends()).toMatchObject({
        code: 0,
        stdout: 'task. received\ntask. done\n',
      })
      await queueHas(broker, { messages: 1, consumers: 0 })
    },
  )

  test('a second Ctrl-C does not wait for the work, and the task is redelivered', async () => {
    await run(producer, 'task.')
    await using working = await worker(broker, ...forEver)
    await working.hasLines(1)
    working.signal('SIGINT')
    await working.says(/press Ctrl-C again to exit immediately/)
    working.signal('SIGINT')
    expect(await working.ends()).toMatchObject({ code: null, signal: 'SIGINT' })
    const again = await run(consumer, '--count', '1', ...atOnce)
    expect(again.stdout).toBe('task. received (redelivered)\ntask. done\n')
  })

  test('--json prints the facts, and --quiet nothing else', async () => {
    await run(producer, 'task.')
    const outcome = await run(consumer, '--count', '1', ...atOnce, '--json', '--quiet')
    expect(outcome.stderr).toBe('')
    const facts = { queue: 'task_queue', body: 'task.', redelivered: false }
    expect(factsIn(outcome)).toEqual([
      { event: 'received', ...facts },
      { event: 'done', ...facts },
    ])
  })
})

test('a worker whose output nobody reads finishes its current task and exits with 0', async () => {
  await run(producer, '--count', '2', 'task.')
  const pipe = `node --import tsx ${consumer} --work-ms 100 --quiet | true; exit "\${PIPESTATUS[0]}"`
  const { stdout, stderr } = await promisify(execFile)('/bin/bash', ['-c', pipe], {
    env: { ...process.env, AMQP_URL: broker.url },
    timeout: deadline,
  })
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' })
  await queueHas(broker, { messages: 1, consumers: 0 })
})
