import { Socket } from 'node:net'

import { afterEach, expect, test, vi } from 'vitest'

import { sessionOnBroker } from '../support.ts'

const given = sessionOnBroker()
afterEach(() => {
  vi.restoreAllMocks()
})

test('messages that are published in one turn are sent in a few writes', async () => {
  const queue = await given.session.queue('burst', { type: 'classic' })
  const single = vi.spyOn(Socket.prototype, '_write')
  const several = vi.spyOn(Socket.prototype, '_writev')
  const bodies = Array.from({ length: 500 }, (_, i) => `${i}`)

  await Promise.all(bodies.map((body) => queue.send(body)))

  expect(single.mock.calls.length + several.mock.calls.length).toBeLessThan(100)
  expect(await queue.count()).toMatchObject({ messages: 500 })
})
