import { inFlight, Session, type Queue } from '@messaging-patterns/shared'
import { series } from '@messaging-patterns/shared/cli'
import {
  brokerForEachTest,
  factsIn,
  outputOn,
  programsOn,
  waitFor,
} from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { queues } from '../src/topology.ts'

const producer = 'packages/confirms/src/producer.ts'
const consumer = 'packages/confirms/src/consumer.ts'
const unroutable = 'packages/confirms/src/unroutable.ts'
const fullQueue = 'packages/confirms/src/full-queue.ts'

// Each test has an empty broker, because the tests check what a program leaves on it.
const broker = brokerForEachTest()
const { start, run } = programsOn(broker)
const { factsOf } = outputOn(broker)

function raceQueue(session: Session, type: keyof typeof queues): Promise<Queue> {
  return session.queue(queues[type].name, queues[type].options)
}

/** The bodies of the messages in a race's queue, in order. */
async function bodiesIn(type: 'quorum' | 'classic'): Promise<readonly string[]> {
  await using session = await Session.open({ url: broker.url })
  const queue = await raceQueue(session, type)
  const bodies: string[] = []
  for (let next = await queue.get(); next !== undefined; next = await queue.get()) {
    bodies.push(next.text())
    next.ack()
  }
  return bodies
}

describe('the race', () => {
  test.each([
    ['quorum', 'a majority of its nodes has it'],
    ['classic', 'its only node has it'],
  ] as const)(
    'publishes the same series with three strategies, into a %s queue',
    async (type, meaning) => {
      const { code, stdout, stderr } = await run(producer, '--count', '250', '--type', type)
      expect(code).toBe(0)
      expect(stdout.replaceAll(/[\d.]+s \(\d+\/s\)/g, 'TIME')).toBe(
        'Published 250 messages one by one in TIME\n' +
          'Published 250 messages in batches of 100 in TIME\n' +
          'Published 250 messages with 256 in flight in TIME\n',
      )
      expect(stderr).toMatch(
        new RegExp(`^queue "confirms_${type}"; confirmed means: ${meaning}\n$`),
      )
      const bodies = await bodiesIn(type)
      const untimed = bodies.map((body) => body.replace(/ \d{4}-.*? - /, ' '))
      const strategies = ['one by one', 'in batches of 100', 'with 256 in flight']
      expect(untimed).toEqual(
        strategies.flatMap((strategy) =>
          Array.from({ length: 250 }, (_, i) => `${i} Confirms - ${strategy}`),
        ),
      )
    },
  )

  test('the rates match the times, and the options set the sizes of batch and window', async () => {
    const sizes = ['--batch', '7', '--window', '3']
    const outcome = await run(producer, '--count', '50', ...sizes, '--json', '--quiet')
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    const facts = factsIn(outcome) as { seconds: number; rate: number }[]
    expect(facts).toMatchObject(
      ['one by one', 'in batches of 7', 'with 3 in flight'].map((strategy) => ({
        event: 'published',
        queue: 'confirms_quorum',
        strategy,
        messages: 50,
      })),
    )
    for (const { seconds, rate } of facts) {
      expect(seconds).toBeGreaterThan(0)
      expect(rate).toBe(Math.round(50 / seconds))
    }
  })

  test('batches and a window are faster than one message per round trip', async () => {
    const facts = (await factsOf(producer, '--count', '2000')) as { rate: number }[]
    const [oneByOne = 0, batches = 0, window = 0] = facts.map(({ rate }) => rate)
    expect(batches).toBeGreaterThan(1.5 * oneByOne)
    expect(window).toBeGreaterThan(1.5 * oneByOne)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'on %s it stops publishing, and the queue holds as many messages as it says',
    async (signal) => {
      await using racing = start(producer, '--count', '1000000')
      await using session = await Session.open({ url: broker.url })
      const queue = await raceQueue(session, 'quorum')
      await waitFor('messages', async () => (await queue.count()).messages > 0)
      racing.signal(signal)
      const { code, stdout } = await racing.ends()
      expect(code).toBe(0)
      expect(stdout).toMatch(/^Published \d+ messages one by one in .*\n$/)
      expect(stdout).toContain(`Published ${await queue.purge()} messages `)
    },
  )

  test('an error of the broker is printed in one line', async () => {
    await using session = await Session.open({ url: broker.url })
    await session.queue('confirms_classic', { type: 'classic' })
    const { code, stdout, stderr } = await run(producer, '--type', 'classic')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(
      /^error: queue "confirms_classic" already exists with different arguments: .*\n$/,
    )
  })
})

describe('the consumer', () => {
  test('counts what the race has published', async () => {
    await run(producer, '--count', '40')
    const { code, stdout, stderr } = await run(consumer, '--count', '120')
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'messages received: 120, duplicates: 0\n',
    })
    expect(stderr).toBe('counting the messages of "confirms_quorum"; press Ctrl-C to stop\n')
  })

  test('can start first, shows its progress, and prints its count on SIGINT', async () => {
    await using counting = start(consumer, '--type', 'classic')
    await counting.says(/counting the messages of "confirms_classic"/)
    await using session = await Session.open({ url: broker.url })
    const queue = await raceQueue(session, 'classic')
    const confirmed = inFlight(series('counted', 12_000), (text) => queue.send(text))
    while ((await confirmed.next()).done !== true);
    await counting.says(/^10000 messages so far$/m)
    await waitFor('no message ready', async () => (await queue.count()).messages === 0)
    counting.signal('SIGINT')
    const { code, stdout } = await counting.ends()
    expect(code).toBe(0)
    const [, counted] = /^messages received: (\d+), duplicates: 0$/m.exec(stdout) ?? []
    // Messages that it had prefetched are requeued.
    expect(Number(counted) + (await queue.purge())).toBe(12_000)
  })

  test('recognizes a duplicate by its id', async () => {
    await using session = await Session.open({ url: broker.url })
    const queue = await raceQueue(session, 'quorum')
    for (const messageId of ['a', 'b', 'a', 'a']) await queue.send('x', { messageId })
    expect(await factsOf(consumer, '--count', '4')).toEqual([
      { event: 'counted', queue: 'confirms_quorum', messages: 4, duplicates: 2 },
    ])
  })
})

describe('how the broker answers a message', () => {
  test('it confirms an unroutable one, and returns it first if it is mandatory', async () => {
    expect(await run(unroutable)).toMatchObject({
      code: 0,
      stderr: '',
      stdout:
        'not mandatory: confirmed, and dropped\n' +
        'mandatory: returned by the broker\n' +
        'mandatory: confirmed, and publish() rejects with UNROUTABLE\n' +
        'with a queue: confirmed, and 1 message in it\n',
    })
    const facts = await factsOf(unroutable)
    expect(facts).toMatchObject([
      { event: 'confirmed', routingKey: 'confirms_nobody', mandatory: false },
      { event: 'returned', routingKey: 'confirms_nobody', mandatory: true },
      { event: 'confirmed', code: 'UNROUTABLE' },
      { event: 'confirmed', mandatory: true, messages: 1 },
    ])
  })

  test('a full queue nacks the messages that do not fit', async () => {
    expect(await run(fullQueue)).toMatchObject({
      code: 0,
      stderr: '',
      stdout:
        'message 1 confirmed\nmessage 2 confirmed\nmessage 3 confirmed\n' +
        'message 4 nacked\nmessage 5 nacked\n' +
        'message 1 was in the queue\nmessage 2 was in the queue\nmessage 3 was in the queue\n' +
        'message 6 confirmed\n',
    })
  })

  test('a full queue with drop-head drops the oldest messages, although it confirmed them', async () => {
    const facts = await factsOf(fullQueue, '--overflow', 'drop-head')
    expect(facts).toEqual([
      ...[1, 2, 3, 4, 5].map((number) => ({ event: 'confirmed', number })),
      ...[3, 4, 5].map((number) => ({ event: 'received', body: `message ${number}` })),
      { event: 'confirmed', number: 6 },
    ])
  })
})

test('only the queue of the race stays, and it expires when nobody uses it', async (context) => {
  const { management, vhost } = broker
  if (management === undefined) return context.skip('the broker has no management API')
  for (const program of [unroutable, fullQueue]) await run(program)
  await waitFor('no queue', async () => (await management.queues(vhost)).length === 0)
  await run(producer, '--count', '1')
  await run(producer, '--count', '1', '--type', 'classic')
  const expires = { 'x-expires': 3_600_000 }
  const left = (await management.queues(vhost)).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  expect(left).toMatchObject([
    { name: 'confirms_classic', type: 'classic', durable: true, arguments: expires },
    { name: 'confirms_quorum', type: 'quorum', durable: true, arguments: expires },
  ])
})

test.each([
  [producer, ['word'], /Unknown argument: word/],
  [producer, ['--count', '0'], /--count must be a whole number, 1 or more; got "0"/],
  [producer, ['--window', 'wide'], /--window must be a whole number, 1 or more; got "wide"/],
  [producer, ['--type', 'stream'], /Choices: "quorum", "classic"/],
  [consumer, ['--batch', '5'], /Unknown argument: batch/],
  [unroutable, ['--count', '5'], /Unknown argument: count/],
  [fullQueue, ['--overflow', 'spill'], /Choices: "reject-publish", "drop-head"/],
])('%s %s is a usage error', async (program, args, message) => {
  const { code, stdout, stderr } = await run(program, ...args)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^pnpm confirms .*\[options\]/)
  expect(stderr).toMatch(message)
})
