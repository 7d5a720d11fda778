import { Session } from '@messaging-patterns/shared'
import { brokerForFile } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { asQueues } from '../src/topology.ts'
import { fanOut, filter, outputOn, retention, share } from './programs.ts'

const broker = brokerForFile()
const { linesOf, factsOf } = outputOn(broker)

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

test('the experiments leave nothing behind', async () => {
  await using session = await Session.open({ url: broker.url })
  for (const name of Object.keys(asQueues))
    await expect(session.queue(name, { passive: true }), name).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
})
