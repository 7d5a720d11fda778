import { brokerForFile, waitFor } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { Session } from '../../src/index.ts'

const broker = brokerForFile()

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
