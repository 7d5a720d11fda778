import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { Session } from '@messaging-patterns/shared'
import {
  brokerForEachTest,
  deadline,
  programsOn,
  waitFor,
  type Management,
  type Program,
} from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

const producer = 'packages/work-queues/src/producer.ts'
const consumer = 'packages/work-queues/src/consumer.ts'
const numbered =
  /^(\d+) \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} - Work Queues - Hello World (sent|received|done)$/

// Longer than any test.
const forEver = ['--work-ms', '600000']
const atOnce = ['--work-ms', '0']

// Each test has an empty broker, because the tests are about the messages that are left in the
// queue.
const broker = brokerForEachTest()
const { start, run } = programsOn(broker)

/** A worker that is consuming. */
async function worker(...args: string[]): Promise<Program> {
  const program = start(consumer, ...args)
  await program.says(/waiting for tasks in "task_queue"/)
  return program
}

/** How many ready messages and consumers the task queue has. */
async function count(): Promise<{ readonly messages: number; readonly consumers: number }> {
  await using session = await Session.open({ url: broker.url })
  const queue = await session.queue('task_queue')
  return await queue.count()
}

/** Waits for these counts: a quorum queue processes an acknowledgement with a delay. */
async function queueHas(wanted: { messages: number; consumers: number }): Promise<void> {
  await waitFor(`${wanted.messages} messages, ${wanted.consumers} consumers`, async () => {
    const { messages, consumers } = await count()
    return messages === wanted.messages && consumers === wanted.consumers
  })
}

interface Counts {
  readonly messages_ready?: number
  readonly messages_unacknowledged?: number
}

/** Waits until the management API shows these counts. It lags by seconds. */
async function brokerCounts(management: Management, wanted: Counts): Promise<void> {
  await waitFor(`the queue to have ${JSON.stringify(wanted)}`, async () => {
    const [queue] = (await management.queues(broker.vhost)) as readonly Counts[]
    return (
      queue?.messages_ready === wanted.messages_ready &&
      queue?.messages_unacknowledged === wanted.messages_unacknowledged
    )
  })
}

function numbersOf(lines: readonly string[], word: string): number[] {
  return lines
    .map((line) => numbered.exec(line))
    .filter((match) => match?.[2] === word)
    .map((match) => Number(match?.[1]))
}

/** Milliseconds between the two lines for the next task. */
async function waitForTask(...args: string[]): Promise<number> {
  await using working = await worker('--count', '1', ...args)
  await working.hasLines(1)
  const received = performance.now()
  await working.hasLines(2)
  return performance.now() - received
}

const fifteen = Array.from({ length: 15 }, (_, i) => i)

describe('the producer', () => {
  test('sends the fifteen tasks of the course, with one dot each', async () => {
    const { code, stdout, stderr } = await run(producer)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const lines = stdout.trimEnd().split('\n')
    expect(numbersOf(lines, 'sent')).toEqual(fifteen)
    expect(lines.map((line) => line.split('.').length - 1)).toEqual(fifteen.map(() => 1))
    await queueHas({ messages: 15, consumers: 0 })
  })

  test('sends exactly the words it is given, as persistent text', async () => {
    const sent = await run(producer, '--', 'A very', 'härd', 'task...', '--count', '007')
    expect(sent.stdout).toBe('A very härd task... --count 007 sent\n')
    await using session = await Session.open({ url: broker.url })
    const task = await (await session.queue('task_queue')).get()
    expect(task?.body).toBe('A very härd task... --count 007')
    expect(task?.message.properties.deliveryMode).toBe(2)
  })

  test('declares a durable quorum queue and nothing else', async (context) => {
    const { management, vhost } = broker
    if (management === undefined) return context.skip('the broker has no management API')
    await run(producer, '--count', '2')
    const queues = await management.queues(vhost)
    expect(queues).toMatchObject([
      {
        name: 'task_queue',
        type: 'quorum',
        durable: true,
        auto_delete: false,
        arguments: { 'x-queue-type': 'quorum' },
      },
    ])
    expect(Object.keys(queues[0]?.arguments ?? {})).toHaveLength(1)
    await brokerCounts(management, { messages_ready: 2, messages_unacknowledged: 0 })
  })
})

describe('the workers', () => {
  test('share the fifteen tasks of the course', async () => {
    await using one = await worker('--work-ms', '50')
    await using two = await worker('--work-ms', '50')
    await using three = await worker('--work-ms', '50')
    const workers = [one, two, three]
    await run(producer)
    const lines = await waitFor('fifteen tasks done', () => {
      const all = workers.flatMap((each) => each.lines)
      return all.length === 30 && all
    })
    expect(numbersOf(lines, 'received').toSorted((a, b) => a - b)).toEqual(fifteen)
    expect(numbersOf(lines, 'done').toSorted((a, b) => a - b)).toEqual(fifteen)
    for (const each of workers) expect(each.lines.length).toBeGreaterThanOrEqual(2 * 3)
    await queueHas({ messages: 0, consumers: 3 })
  })

  test('a busy worker is skipped: the next tasks go to a worker that is free', async () => {
    await using slow = await worker(...forEver)
    await run(producer, 'slow.')
    await slow.hasLines(1)
    await using quick = await worker(...atOnce)
    await run(producer, '--count', '4', 'quick.')
    expect(await quick.hasLines(8)).toHaveLength(8)
    expect(slow.lines).toEqual(['slow. received'])
  })

  describe('with heavy and light tasks', () => {
    /**
     * Two workers do four heavy and four light tasks. Resolves with how many heavy ones each did.
     */
    async function heavyTasksOfTwo(prefetch: string): Promise<readonly number[]> {
      await using one = await worker('--work-ms', '50', '--prefetch', prefetch)
      await using two = await worker('--work-ms', '50', '--prefetch', prefetch)
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
    const took = await waitForTask('--work-ms', '200')
    expect(took).toBeGreaterThanOrEqual(4 * 200 - 20)
    expect(took).toBeLessThan(4 * 200 + 5000)
  })

  test('a task that a killed worker had not acknowledged is done by another', async () => {
    await using victim = await worker(...forEver)
    await run(producer, 'hard task.')
    await victim.hasLines(1)
    await using heir = await worker(...atOnce)
    victim.signal('SIGKILL')
    expect(await heir.hasLines(2)).toEqual(['hard task. received (redelivered)', 'hard task. done'])
    expect(victim.lines).toEqual(['hard task. received'])
    await queueHas({ messages: 0, consumers: 1 })
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'on %s a worker finishes its current task, takes no other, and exits with 0',
    async (signal) => {
      await run(producer, '--count', '2', 'task.')
      await using working = await worker('--work-ms', '500')
      await working.hasLines(1)
      working.signal(signal)
      await working.says(/shutting down gracefully/)
      expect(await working.ends()).toMatchObject({
        code: 0,
        stdout: 'task. received\ntask. done\n',
      })
      await queueHas({ messages: 1, consumers: 0 })
    },
  )

  test('a second Ctrl-C does not wait for the work, and the task is redelivered', async () => {
    await run(producer, 'task.')
    await using working = await worker(...forEver)
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
    const { stdout, stderr } = await run(consumer, '--count', '1', ...atOnce, '--json', '--quiet')
    expect(stderr).toBe('')
    const facts = { queue: 'task_queue', body: 'task.', redelivered: false }
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
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
  await queueHas({ messages: 1, consumers: 0 })
})

describe('the experiments', () => {
  test('with --forget-ack, the broker keeps every task, and redelivers all of them', async () => {
    await using forgetful = await worker('--forget-ack', '--prefetch', '0', ...atOnce)
    await run(producer, '--count', '3', 'task.')
    await forgetful.hasLines(6)
    expect(forgetful.stderr.match(/not acknowledged/g)).toHaveLength(3)
    if (broker.management !== undefined)
      await brokerCounts(broker.management, { messages_ready: 0, messages_unacknowledged: 3 })
    forgetful.signal('SIGINT')
    expect(await forgetful.ends()).toMatchObject({ code: 0 })
    const { stdout } = await run(consumer, '--count', '3', ...atOnce)
    expect(stdout).toBe('task. received (redelivered)\ntask. done\n'.repeat(3))
    await queueHas({ messages: 0, consumers: 0 })
  })

  test('with --forget-ack and a prefetch of 1, a worker gets one task and no other', async () => {
    await using forgetful = await worker('--forget-ack', ...atOnce)
    await run(producer, '--count', '2', 'task.')
    await forgetful.hasLines(2)
    await using mindful = await worker(...atOnce)
    await mindful.hasLines(2)
    await run(producer, '--count', '3', 'task.')
    await mindful.hasLines(8)
    expect(forgetful.lines).toHaveLength(2)
  })

  test('with --auto-ack, the tasks of a killed worker are lost', async () => {
    await using victim = await worker('--auto-ack', ...forEver)
    await run(producer, '--count', '5')
    await victim.hasLines(1)
    // All five have left the queue, although the worker is still working on the first one.
    await waitFor('an empty queue', async () => (await count()).messages === 0)
    victim.signal('SIGKILL')
    await waitFor('the consumer to be gone', async () => (await count()).consumers === 0)
    // A redelivered task would come before this one.
    await run(producer, 'after.')
    const { stdout } = await run(consumer, '--count', '1', ...atOnce)
    expect(stdout).toBe('after. received\nafter. done\n')
    await queueHas({ messages: 0, consumers: 0 })
  })
})

test.each([
  [consumer, ['word'], /Unknown argument: word/],
  [consumer, ['--work-ms', 'slow'], /--work-ms must be a number, 0 or more; got "slow"/],
  [consumer, ['--prefetch=-1'], /--prefetch must be a number, 0 or more; got "-1"/],
  [consumer, ['--forget-ack', '--auto-ack'], /mutually exclusive/],
  [producer, ['--work-ms', '5'], /Unknown argument: work-ms/],
  [producer, ['--count', '1.5'], /--count must be a whole number, 1 or more; got "1.5"/],
])('%s %s is a usage error', async (program, args, message) => {
  const { code, stdout, stderr } = await run(program, ...args)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^pnpm work-queues .*\[options\]/)
  expect(stderr).toMatch(message)
})
