import { waitFor } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { Session } from '../../src/index.ts'
import { sessionOnBroker } from '../support.ts'

const fixture = sessionOnBroker()
const { broker, queueWith } = fixture

test('an acknowledgement just before the session is closed reaches the broker', async () => {
  await using other = await Session.open({ url: broker.url })
  const same = await other.queue('got')
  for (let i = 0; i < 10; i++) {
    await same.send(`message ${i}`)
    const session = await Session.open({ url: broker.url })
    const queue = await session.queue('got')
    const delivery = await waitFor('the message', () => queue.get())
    expect(delivery.text()).toBe(`message ${i}`)
    delivery.ack()
    await session.close()
  }
  // A requeued message would come before this one.
  await same.send('marker')
  const marker = await waitFor('the marker', () => same.get())
  expect(marker.text()).toBe('marker')
})

describe('getting single messages', () => {
  test('goes on after a queue was missing', async () => {
    const queue = await queueWith('a')
    const missing = await fixture.session.queue('missing')
    await missing.delete()
    await expect(missing.get()).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect((await queue.get())?.ack()).toBe(true)
  })

  test('opens one channel, even for two at once', async () => {
    const queue = await queueWith('a', 'b')
    const both = await Promise.all([queue.get(), queue.get()])
    expect(both.map((delivery) => delivery?.text()).join('')).toMatch(/^(ab|ba)$/)
    for (const delivery of both) expect(delivery?.ack()).toBe(true)
  })
})
