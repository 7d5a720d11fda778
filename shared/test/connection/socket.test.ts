import { Socket } from 'node:net'

import { afterEach, expect, test, vi } from 'vitest'

import { sessionOnBroker } from '../support.ts'

const given = sessionOnBroker()
afterEach(() => {
  vi.restoreAllMocks()
})

test('messages that are published in one turn are sent in a few writes, of a few pieces', async () => {
  const queue = await given.session.queue('burst', { type: 'classic' })
  const single = vi.spyOn(Socket.prototype, '_write')
  const several = vi.spyOn(Socket.prototype, '_writev')
  const bodies = Array.from({ length: 500 }, (_, i) => `${i}`)

  await Promise.all(bodies.map((body) => queue.send(body)))

  const pieces = several.mock.calls.flatMap(([chunks]) => chunks)
  expect(single.mock.calls.length + pieces.length).toBeLessThan(100)
  expect(await queue.count()).toMatchObject({ messages: 500 })
})

test('a message is sent in the turn in which it is published', async () => {
  const queue = await given.session.queue('at-once', { type: 'classic' })
  const writes = vi.spyOn(Socket.prototype, '_write')

  const sent = queue.send('now')
  await new Promise((resolve) => process.nextTick(resolve))

  expect(writes).toHaveBeenCalledOnce()
  await sent
})

test('messages of all sizes that are published in one turn arrive in order', async () => {
  const queue = await given.session.queue('mixed', { type: 'classic' })
  const sizes = Array.from({ length: 100 }, (_, i) => [3, 200_000, 70, 5000][i % 4] ?? 0)
  const bodies = sizes.map((size, i) => `${i} ${'x'.repeat(size)}`)

  await Promise.all(bodies.map((body) => queue.send(body)))

  const received: unknown[] = []
  const deliveries = await queue.consume({ prefetch: 100, autoAck: true, limit: bodies.length })
  for await (const { body } of deliveries) received.push(body)
  expect(received).toEqual(bodies)
})
