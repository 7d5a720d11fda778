import { Session } from '@messaging-patterns/shared'
import { brokerForFile } from '@messaging-patterns/testkit'
import { afterEach, expect, test } from 'vitest'

import { asQueues, fanOut as copies } from '../src/topology.ts'
import { fanOut, filter, outputOn, retention, share } from './programs.ts'

const broker = brokerForFile()
const { linesOf, factsOf } = outputOn(broker)

afterEach(async function expectNothingIsLeft() {
  await using session = await Session.open({ url: broker.url })
  const { name, kind } = copies.exchange
  const left = [
    ...Object.keys(asQueues).map((queue) => session.queue(queue, { passive: true })),
    session.exchange(name, kind, { passive: true }),
  ]
  for (const result of await Promise.allSettled(left))
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'NOT_FOUND' } })
})

test('retention removes old messages in whole segments, and a consumer starts with the oldest', async () => {
  const [published, left] = await factsOf(retention)
  expect(published).toMatchObject({ event: 'published', messages: 200, bytes: 200_000 })
  // Of 50 kB, in segments of 10 kB: four or five of them, and the one that is being filled.
  expect(left?.['oldest']).toBeGreaterThan(140)
  expect(left?.['messages']).toBeGreaterThan(20)
  expect(Number(left?.['oldest']) + Number(left?.['messages'])).toBe(200)
})

test('a filter leaves out chunks, not messages', async () => {
  const [alone, together] = await factsOf(filter)
  expect(alone).toMatchObject({ how: 'sent one by one', delivered: 10, matching: 10 })
  expect(together).toMatchObject({ how: 'sent at once', matching: 10 })
  expect(together?.['delivered']).toBeGreaterThan(50)
})

test('ten readers need ten copies in queues, and one in a stream', async () => {
  const [queues, stream] = await factsOf(fanOut, '--count', '200')
  expect(queues).toMatchObject({ what: '10 queues', stored: 2000, late: 0 })
  expect(stream).toMatchObject({ what: '1 stream', stored: 200, late: 200 })
})

test('workers share the tasks of a queue, and each does all tasks of a stream', async () => {
  expect(await linesOf(share)).toEqual([
    'queue: 30 tasks, 3 workers, done 30 times',
    'stream: 30 tasks, 3 workers, done 90 times',
  ])
})
