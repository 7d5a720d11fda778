import { Session } from '@messaging-patterns/shared'
import { testBroker } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import {
  parseLines,
  peers,
  receivedBy,
  runOurs,
  runPeer,
  startOurs,
  startPeer,
  type Peer,
} from './peers.ts'

// Each test has an empty broker, so that what declares first is what the test says. Whoever comes
// second with other arguments gets a 406 and fails.

const text = 'Grüße, Мир 🌍'
const value = { grüße: ['Мир 🌍', null, 1.5], nested: { yes: true } }
const json = JSON.stringify(value)

/** Lessons 3 to 5, in which only those get a message who listen at that moment. */
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

/** What our consumer prints for a body of text. */
function ourLine({ key }: Broadcast, body: string): string {
  return `${key === '' ? '' : `${key}: `}${body} received`
}

for (const peer of peers)
  describe.skipIf(peer.command === undefined)(`programs on ${peer.name}`, () => {
    describe('lesson 1, basic', () => {
      test('receive what our producer sends', () => oursToQueue(peer))
      test('send what our consumer receives', () => theirsToQueue(peer))
    })
    describe.each(broadcasts)('lesson $lesson', (broadcast) => {
      test('hear our producer, on an exchange that ours declared', () => oursToAll(peer, broadcast))
      test('are heard by our consumer, on an exchange that they declared', () =>
        theirsToAll(peer, broadcast))
    })
    describe('a body of JSON', () => {
      test('reaches them as a value from our queue', () => jsonToThem(peer))
      test('reaches a consumer of ours as a value', () => jsonFromThem(peer))
    })
  })

async function oursToQueue(peer: Peer): Promise<void> {
  await using broker = await testBroker()
  await runOurs(broker, 'basic producer', [text])
  const series = await runOurs(broker, 'basic producer', ['--count', '2'])
  const received = parseLines((await runPeer(peer, broker, ['receive', '3'])).stdout)
  const lines = series.stdout.trimEnd().split('\n')
  expect(received).toEqual(
    [text, ...lines.map((line) => line.replace(/ sent$/, ''))].map((body) => ({
      key: 'hello',
      body,
      contentType: 'text/plain',
    })),
  )
}

async function theirsToQueue(peer: Peer): Promise<void> {
  await using broker = await testBroker()
  await runPeer(peer, broker, ['send', text])
  await runPeer(peer, broker, ['send', '--json', json])
  const { stdout } = await runOurs(broker, 'basic consumer', ['--count', '2', '--json'])
  const [first, second] = parseLines(stdout)
  expect(first).toEqual({ event: 'received', queue: 'hello', body: text })
  expect(JSON.parse(String(second?.body))).toEqual(value)
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
  expect(await receivedBy(theirs)).toEqual(
    [text, ...bodies].map((body) => ({ key, body, contentType: 'text/plain' })),
  )
  expect(await ours.hasLines(3)).toEqual([
    ourLine(broadcast, text),
    ...bodies.map((body) => `${body} received`),
  ])
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
  // The key may have a colon after it, and JSON has some too: the value begins at its brace.
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
