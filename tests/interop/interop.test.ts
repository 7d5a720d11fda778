import { Session } from '@messaging-patterns/shared'
import { testBroker } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import {
  findLibraries,
  parseLines,
  receivedBy,
  runOurs,
  runPeer,
  startOurs,
  startPeer,
  type Peer,
} from './peers.ts'

// Each test has an empty broker, so the test decides which side declares first. If the other side then
// uses different arguments, it gets a 406 and fails.

const text = 'Grüße, Мир 🌍'
const value = { grüße: ['Мир 🌍', null, 1.5], nested: { yes: true } }
const json = JSON.stringify(value)

/** Lessons 1 and 2, in which a queue keeps the messages until a consumer receives them. */
const queues = [
  {
    lesson: 'basic',
    queue: 'hello',
    send: 'send',
    receive: 'receive',
    ours: [],
    events: ['received'],
  },
  {
    lesson: 'work-queues',
    queue: 'task_queue',
    send: 'new_task',
    receive: 'worker',
    ours: ['--work-ms', '0'],
    events: ['received', 'done'],
  },
] as const

type QueueLesson = (typeof queues)[number]

/** Lessons 3 to 5, in which only consumers that are connected at the time receive a message. */
const broadcasts = [
  { lesson: 'pubsub', exchange: 'logs', suffix: 'log', key: '', wanted: [] },
  {
    lesson: 'routing',
    exchange: 'direct_logs',
    suffix: 'log_direct',
    key: 'error',
    wanted: ['warning', 'error'],
  },
  {
    lesson: 'topics',
    exchange: 'topic_logs',
    suffix: 'log_topic',
    key: 'kern.critical',
    wanted: ['*.critical', 'kern.#'],
  },
] as const

type Broadcast = (typeof broadcasts)[number]

function listenerArgs({ suffix, wanted }: Broadcast, count: number): string[] {
  const keys = wanted.length === 0 ? [''] : wanted
  return [`receive_${suffix.replace('log', 'logs')}`, String(count), ...keys]
}

/** What our consumer prints for a text body: after the routing key, if there is one. */
function ourLine({ key }: Broadcast, body: string): string {
  return `${key === '' ? '' : `${key}: `}${body} received`
}

for (const peer of findLibraries())
  describe.skipIf(peer.command === undefined)(`programs on ${peer.name}`, () => {
    describe.each(queues)('lesson $lesson', (lesson) => {
      test('receive what our producer sends, from a queue that it declared', () =>
        oursToQueue(peer, lesson))
      test('send what our consumer receives, to a queue that they declared', () =>
        theirsToQueue(peer, lesson))
    })
    describe.each(broadcasts)('lesson $lesson', (broadcast) => {
      test('receive from our producer, on an exchange that ours declared', () =>
        oursToAll(peer, broadcast))
      test('send to our consumer, on an exchange that they declared', () =>
        theirsToAll(peer, broadcast))
    })
    describe('lesson rpc', () => {
      test('answer our client through Direct Reply-to', () => weAskThem(peer, []))
      test('answer our client through a queue', () => weAskThem(peer, ['--reply-queue']))
      test('are answered by our server, even for an invalid request', () => theyAskUs(peer))
    })
    describe('a JSON body', () => {
      test('is decoded by their consumer', () => jsonToThem(peer))
      test('is decoded by our consumer', () => jsonFromThem(peer))
    })
  })

async function oursToQueue(peer: Peer, { lesson, queue, receive }: QueueLesson): Promise<void> {
  await using broker = await testBroker()
  await runOurs(broker, `${lesson} producer`, [text])
  const series = await runOurs(broker, `${lesson} producer`, ['--count', '2'])
  const bodies = series.stdout
    .replaceAll(/ sent$/gm, '')
    .trimEnd()
    .split('\n')
  const received = parseLines((await runPeer(peer, broker, [receive, '3'])).stdout)
  expect(received).toEqual(
    [text, ...bodies].map((body) => ({ key: queue, body, contentType: 'text/plain' })),
  )
}

async function theirsToQueue(peer: Peer, about: QueueLesson): Promise<void> {
  const { lesson, send, ours, events } = about
  await using broker = await testBroker()
  await runPeer(peer, broker, [send, text])
  await runPeer(peer, broker, [send, '--json', json])
  const consumer = await runOurs(broker, `${lesson} consumer`, ['--count', '2', ...ours])
  const lines = consumer.stdout.trimEnd().split('\n')
  const texts = lines.splice(0, events.length)
  expect(texts).toEqual(events.map((event) => `${text} ${event}`))
  expect(lines).toHaveLength(events.length)
  for (const [index, event] of events.entries()) {
    const [, body = '', verb] = /^(.*) (\w+)$/.exec(lines[index] ?? '') ?? []
    expect(verb).toBe(event)
    expect(JSON.parse(body)).toEqual(value)
  }
}

async function oursToAll(peer: Peer, broadcast: Broadcast): Promise<void> {
  const { lesson, key } = broadcast
  await using broker = await testBroker()
  await using ours = startOurs(broker, `${lesson} consumer`, broadcast.wanted)
  await ours.says(/waiting/)
  await using theirs = startPeer(peer, broker, listenerArgs(broadcast, 3))
  await theirs.says(/^ready$/m)
  const keyWord = key === '' ? [] : [key]
  await runOurs(broker, `${lesson} producer`, [...keyWord, text])
  const series = await runOurs(broker, `${lesson} producer`, [...keyWord, '--count', '2'])
  const bodies = series.stdout
    .replaceAll(/ sent$/gm, '')
    .trimEnd()
    .split('\n')
    .map((line) => (key === '' ? line : line.slice(`${key}: `.length)))
  expect(await receivedBy(theirs)).toEqual(
    [text, ...bodies].map((body) => ({ key, body, contentType: 'text/plain' })),
  )
  expect(await ours.hasLines(3)).toEqual([text, ...bodies].map((body) => ourLine(broadcast, body)))
}

async function theirsToAll(peer: Peer, broadcast: Broadcast): Promise<void> {
  const { lesson, suffix, key } = broadcast
  await using broker = await testBroker()
  await using theirs = startPeer(peer, broker, listenerArgs(broadcast, 2))
  await theirs.says(/^ready$/m)
  await using ours = startOurs(broker, `${lesson} consumer`, broadcast.wanted)
  await ours.says(/waiting/)
  await runPeer(peer, broker, [`emit_${suffix}`, key, text])
  await runPeer(peer, broker, [`emit_${suffix}`, key, '--json', json])
  const [first, second = ''] = await ours.hasLines(2)
  expect(first).toBe(ourLine(broadcast, text))
  // There may be a colon after the key, and there are colons in JSON, so look for the brace.
  expect(JSON.parse(second.slice(second.indexOf('{'), -' received'.length))).toEqual(value)
  expect(await receivedBy(theirs)).toMatchObject([
    { key, body: text },
    { key, body: value },
  ])
}

async function jsonToThem(peer: Peer): Promise<void> {
  await using broker = await testBroker()
  await using session = await Session.open({ url: broker.url })
  const queue = await session.queue('hello')
  await queue.send(value)
  const received = parseLines((await runPeer(peer, broker, ['receive', '1'])).stdout)
  expect(received).toEqual([{ key: 'hello', body: value, contentType: 'application/json' }])
}

async function jsonFromThem(peer: Peer): Promise<void> {
  await using broker = await testBroker()
  await runPeer(peer, broker, ['send', '--json', json])
  await using session = await Session.open({ url: broker.url })
  const queue = await session.queue('hello')
  for await (const delivery of await queue.consume({ limit: 1, accept: ['application/json'] })) {
    expect(delivery.body).toEqual(value)
    delivery.ack()
  }
}

async function weAskThem(peer: Peer, options: readonly string[]): Promise<void> {
  await using broker = await testBroker()
  await using server = startPeer(peer, broker, ['rpc_server', '3'])
  await server.says(/^ready$/m)
  const one = await runOurs(broker, 'rpc client', [...options])
  expect(one.stdout).toBe(' [x] Requesting fib(30)\n [.] Got 832040\n')
  const two = await runOurs(broker, 'rpc client', ['1', '10', ...options])
  expect(two.stdout.split('\n')).toEqual(
    expect.arrayContaining([' [.] Got 1 for fib(1)', ' [.] Got 55 for fib(10)']),
  )
  expect((await receivedBy(server)).map(({ body }) => body)).toEqual(['30', '1', '10'])
}

async function theyAskUs(peer: Peer): Promise<void> {
  await using broker = await testBroker()
  await using server = startOurs(broker, 'rpc server', [])
  await server.says(/Awaiting RPC requests/)
  for (const [n, reply] of [
    ['30', '832040'],
    ['thirty', expect.stringMatching(/number/) as unknown],
    ['10', '55'],
  ] as const) {
    const { stdout } = await runPeer(peer, broker, ['rpc_client', n])
    expect(parseLines(stdout)).toMatchObject([{ body: reply, contentType: 'text/plain' }])
  }
  expect(server.lines).toEqual([' [.] fib(30)', ' [.] fib(thirty)', ' [.] fib(10)'])
}
