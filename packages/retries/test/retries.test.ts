import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { isOlder, Session } from '@messaging-patterns/shared'
import { brokerForEachTest, programsOn, waitFor } from '@messaging-patterns/testkit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { declare, workQueue } from '../src/topology.ts'

const producer = 'packages/retries/src/producer.ts'
const consumer = 'packages/retries/src/consumer.ts'
const delayedRetry = 'packages/retries/src/delayed-retry.ts'
const idempotent = 'packages/retries/src/idempotent.ts'
const inspect = 'packages/retries/src/inspect.ts'
const replay = 'packages/retries/src/replay.ts'
const rejectOrNack = 'packages/retries/src/reject-or-nack.ts'

const quickly = ['--delay-ms', '100']
const uuid = /[0-9a-f-]{36}/

// Each test has an empty broker, because the tests are about the messages that are left in queues.
const broker = brokerForEachTest()
const { start, run } = programsOn(broker)

async function linesOf(program: string, ...args: string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await run(program, ...args)
  expect({ code, stderr }).toMatchObject({ code: 0 })
  return stdout.split('\n').slice(0, -1)
}

async function factsOf(program: string, ...args: string[]): Promise<Record<string, unknown>[]> {
  const lines = await linesOf(program, '--json', ...args)
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('the consumer', () => {
  test('does most messages at once and the flaky one later, and parks the one that always fails', async () => {
    const sent = ['0 flaky coffee', '1 fail toast', '2 tea', '3 cake', '4 pie']
    expect(await linesOf(producer)).toEqual(sent.map((text) => `${text} sent`))
    // The rest of the breakfast takes less than a second, though not much less on a busy machine.
    const lines = await linesOf(consumer, '--count', '8', '--delay-ms', '1000')
    expect(lines.slice(0, 5)).toEqual([
      '0 flaky coffee failed (attempt 1): Error: the oven is busy; retry in 1000 ms',
      '1 fail toast failed (attempt 1): Error: the oven is broken; retry in 1000 ms',
      '2 tea done (attempt 1)',
      '3 cake done (attempt 1)',
      '4 pie done (attempt 1)',
    ])
    expect(lines.slice(5).toSorted()).toEqual([
      '0 flaky coffee done (attempt 2)',
      '1 fail toast failed (attempt 2): Error: the oven is broken; retry in 2000 ms',
      '1 fail toast failed (attempt 3): Error: the oven is broken; parked in "retries.parked"',
    ])
  })

  test('makes as many attempts as --attempts says', async () => {
    await run(producer, 'fail')
    const facts = await factsOf(consumer, '--count', '1', '--attempts', '1')
    expect(facts).toEqual([
      {
        event: 'failed',
        body: 'fail',
        attempt: 1,
        error: 'Error: the oven is broken',
        parkedIn: 'retries.parked',
      },
    ])
  })

  test('counts the attempts itself, whatever count a publisher sends', async () => {
    await using session = await Session.open({ url: broker.url })
    const queue = await declare(session, workQueue)
    for (const count of [99, 'many']) {
      await queue.send('tea', { headers: { 'x-delivery-count': count } })
      expect(await linesOf(consumer, '--count', '1')).toEqual(['tea done (attempt 1)'])
    }
  })

  test('--json gives the facts of a failure and of a success, and no text for the screen', async () => {
    await run(producer, 'flaky')
    const facts = await factsOf(consumer, '--count', '2', ...quickly)
    expect(facts).toEqual([
      {
        event: 'failed',
        body: 'flaky',
        attempt: 1,
        error: 'Error: the oven is busy',
        retryInMs: 100,
      },
      { event: 'done', body: 'flaky', attempt: 2 },
    ])
  })

  test('parks a body that it cannot read at once, and continues', async () => {
    await run(producer, '--broken', 'half', 'a', 'body')
    await run(producer, 'tea')
    const [broken, tea] = await linesOf(consumer, '--count', '2')
    expect(broken).toMatch(/^half a body failed \(attempt 1\): .*; parked in "retries\.parked"$/)
    expect(tea).toBe('tea done (attempt 1)')
  })

  test('shuts down gracefully while a message waits, which the next consumer gets', async () => {
    await run(producer, 'flaky')
    await using first = start(consumer, '--delay-ms', '1000')
    await first.hasLines(1)
    first.signal('SIGINT')
    expect(await first.ends()).toMatchObject({ code: 0 })
    expect(await linesOf(consumer, '--count', '1')).toEqual(['flaky done (attempt 2)'])
  })
})

describe("delayed retry, the broker's own method", () => {
  beforeEach((context) => {
    if (isOlder(broker.version, '4.3')) context.skip('delayed retry is new in 4.3')
  })

  test('makes three attempts, one second and two seconds apart; then the broker parks the message', async () => {
    await run(producer, '--delayed-retry', 'fail')
    await using consuming = start(delayedRetry)
    const times: number[] = []
    for (let attempt = 1; attempt <= 3; attempt++) {
      await consuming.hasLines(attempt)
      times.push(performance.now())
    }
    expect(consuming.lines.at(-1)).toBe(
      'fail failed (attempt 3): Error: the oven is broken; rejected with requeue',
    )
    const [first = 0, second = 0, third = 0] = times
    for (const [gap, delay] of [
      [second - first, 1000],
      [third - second, 2000],
    ] as const) {
      expect(gap).toBeGreaterThan(delay - 100)
      expect(gap).toBeLessThan(delay + 2000)
    }
    const [parked] = await waitForParked(1)
    expect(parked).toMatchObject({ body: 'fail', from: 'retries.broker', reason: 'delivery_limit' })
  })

  test('does not hold up later messages, and parks a body that it cannot read at once', async () => {
    await run(producer, '--delayed-retry', 'flaky')
    await run(producer, '--delayed-retry', 'tea')
    await run(producer, '--delayed-retry', '--broken', 'half')
    const lines = await linesOf(delayedRetry, '--count', '4')
    expect(lines.map((line) => line.replace(/: .*;/, ':'))).toEqual([
      'flaky failed (attempt 1): rejected with requeue',
      'tea done (attempt 1)',
      'half failed (attempt 1): rejected without requeue',
      'flaky done (attempt 2)',
    ])
    expect(await waitForParked(1)).toMatchObject([{ body: 'half', reason: 'rejected' }])
    await run(replay, '--all')
    expect(await linesOf(delayedRetry, '--count', '1')).toHaveLength(1)
  })

  test('--json says whether a message was requeued', async () => {
    await run(producer, '--delayed-retry', 'flaky')
    expect(await factsOf(delayedRetry, '--count', '1')).toEqual([
      {
        event: 'failed',
        body: 'flaky',
        attempt: 1,
        error: 'Error: the oven is busy',
        requeue: true,
      },
    ])
  })
})

/** What inspect prints once `count` messages are parked: the broker takes a moment to park one. */
async function waitForParked(count: number): Promise<Record<string, unknown>[]> {
  return waitFor(`${count} parked`, async () => {
    const facts = await factsOf(inspect)
    const parked = facts.filter(({ event }) => event === 'parked')
    return parked.length === count && parked
  })
}

test('delayed retry refuses a RabbitMQ older than 4.3', async (context) => {
  if (!isOlder(broker.version, '4.3')) return context.skip('this one is not older')
  for (const outcome of [await run(delayedRetry), await run(producer, '--delayed-retry')])
    expect(outcome).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is older than 4\.3, which is required here/),
    })
})

describe('a parked message', () => {
  test('is listed with the reason, the time and every attempt, and stays parked', async () => {
    await run(producer, 'fail', 'toast')
    await run(producer, '--broken', 'half')
    await run(consumer, '--count', '4', ...quickly)
    const lines = await linesOf(inspect)
    const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`
    const id = uuid.source
    const wanted = [
      `${id} "half" parked from "retries" at ${time}: body-refused`,
      `  ${time} attempt 1: MessagingError: the content type is application/json, but .*`,
      `${id} "fail toast" parked from "retries" at ${time}: attempts-used-up`,
      `  ${time} attempt 1: Error: the oven is broken`,
      `  ${time} attempt 2: Error: the oven is broken`,
      `  ${time} attempt 3: Error: the oven is broken`,
    ]
    expect(lines).toEqual(wanted.map((each) => expect.stringMatching(new RegExp(`^${each}$`))))
    // Looking at them changes neither the messages nor their order.
    for (let i = 0; i < 3; i++) expect(await linesOf(inspect)).toEqual(lines)
    expect(await linesOf(inspect, '--count', '1')).toEqual(lines.slice(0, 2))
  })

  test('is sent back alone or with the others, and its attempts start over', async () => {
    for (const what of ['toast', 'cake', 'pie']) await run(producer, 'fail', what)
    await run(consumer, '--count', '3', '--attempts', '1')
    const cake = (await factsOf(inspect)).find(({ body }) => body === 'fail cake')
    const one = await linesOf(replay, String(cake?.['id']))
    expect(one).toEqual(['fail cake sent back to "retries"'])
    expect(await linesOf(consumer, '--count', '1')).toEqual([
      'fail cake failed (attempt 1): Error: the oven is broken; retry in 1000 ms',
    ])
    const rest = await linesOf(replay, '--all')
    expect(rest).toEqual(['fail toast sent back to "retries"', 'fail pie sent back to "retries"'])
    expect((await run(inspect)).stderr).toBe('nothing is parked\n')
    expect(await linesOf(consumer, '--count', '3', '--fixed')).toEqual(
      expect.arrayContaining(['fail toast done (attempt 1)', 'fail cake done (attempt 2)']),
    )
    expect((await run(replay, '--all')).stderr).toBe('0 still parked\n')
  })

  test('is not sent back by an unknown id, or when no message is named', async () => {
    await run(producer, 'fail')
    await run(consumer, '--count', '1', '--attempts', '1')
    const unknown = await run(replay, 'no-such-id')
    expect(unknown).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'error: not parked: no-such-id\n',
    })
    for (const args of [[], ['--all', 'id']])
      expect(await run(replay, ...args)).toMatchObject({
        code: 1,
        stderr: 'error: say which messages: ids from inspect, or --all\n',
      })
    expect(await factsOf(inspect)).toHaveLength(2)
  })

  test('may have been put there by hand', async () => {
    await linesOf(inspect)
    await using session = await Session.open({ url: broker.url })
    const exchange = await session.exchange('', 'direct')
    await exchange.publish('retries.parked', 'by hand')
    expect(await factsOf(inspect)).toMatchObject([{ body: 'by hand', reason: 'put here by hand' }])
    expect((await run(replay, '--all')).stderr).toBe('1 still parked\n')
  })
})

describe('a duplicate', () => {
  let folder: string
  let file: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'retries-'))
    file = join(folder, 'done.txt')
  })

  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  /** A program that dies between its work and its ack, then the lines of its successor. */
  async function crash(program: string, ...args: string[]): Promise<readonly string[]> {
    await run(producer, 'crash', 'cake')
    const victim = await run(program, ...args)
    expect(victim).toMatchObject({ code: null, signal: 'SIGKILL' })
    expect(victim.stdout).toBe('crash cake done (attempt 1)\n')
    return linesOf(program, '--count', '1', ...args)
  }

  test('arrives if a consumer dies before its ack, and the work is done twice', async () => {
    expect(await crash(consumer)).toEqual(['crash cake done (attempt 2)'])
  })

  test('is skipped by an idempotent consumer, which remembers what was done', async () => {
    expect(await crash(idempotent, file)).toEqual(['crash cake skipped (attempt 2): already done'])
  })

  test('arrives if a producer sends the message again, and is recognized by its id', async () => {
    expect(await linesOf(producer, '--twice', 'tea')).toEqual(['tea sent', 'tea sent again'])
    expect(await linesOf(consumer, '--count', '2')).toEqual(Array(2).fill('tea done (attempt 1)'))
    await run(producer, '--twice', 'tea')
    expect(await linesOf(idempotent, file, '--count', '2')).toEqual([
      'tea done (attempt 1)',
      'tea skipped (attempt 1): already done',
    ])
  })

  test('is not the same as a retry: a flaky message is done although it was delivered before', async () => {
    await run(producer, 'flaky')
    expect(await linesOf(idempotent, file, '--count', '2')).toEqual([
      'flaky failed (attempt 1): Error: the oven is busy; retry in 1000 ms',
      'flaky done (attempt 2)',
    ])
  })
})

test('the broker counts a reject, but not a nack', async (context) => {
  if (isOlder(broker.version, '4.3')) return context.skip('before 4.3 a quorum queue counts both')
  expect(await linesOf(rejectOrNack)).toEqual([
    'reject: delivered 4 times, then dead-lettered',
    'nack: delivered 50 times, and it would never stop',
  ])
})

test.each([
  [idempotent, [], /\nMissing: <file>\n$/],
  [delayedRetry, ['--attempts', '5'], /Unknown argument: attempts/],
  [consumer, ['--attempts', '0'], /--attempts must be a whole number, 1 or more; got "0"/],
  [consumer, ['--delay-ms=-1'], /--delay-ms must be a number, 0 or more; got "-1"/],
  [inspect, ['word'], /Unknown argument: word/],
  [rejectOrNack, ['word'], /Unknown argument: word/],
])('%s %s is a usage error', async (program, args, message) => {
  const { code, stdout, stderr } = await run(program, ...args)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^pnpm retries .*\[options\]/)
  expect(stderr).toMatch(message)
})
