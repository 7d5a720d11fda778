import { TcpProxy, waitFor } from '@messaging-patterns/testkit'
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

  test('goes on with the next connection if it was lost in the middle of a message', async () => {
    await using proxy = await TcpProxy.start(broker.url)
    await using session = await Session.open({ url: proxy.url })
    const queue = await session.queue('large')
    await queue.send(Buffer.alloc(3_000_000))
    proxy.cutAfter(100_000)
    // The broker may not have requeued the message yet.
    const delivery = (await queue.get()) ?? (await waitFor('the message', () => queue.get()))
    expect(delivery.message.content).toHaveLength(3_000_000)
    expect(delivery.ack()).toBe(true)
  })

  test('waits for the next connection', async () => {
    await using proxy = await TcpProxy.start(broker.url)
    await using session = await Session.open({ url: proxy.url })
    const queue = await session.queue('small')
    await queue.send('a')
    expect((await queue.get())?.nack()).toBe(true)
    proxy.cut()
    const delivery = (await queue.get()) ?? (await waitFor('the message', () => queue.get()))
    expect(delivery.text()).toBe('a')
    expect(delivery.ack()).toBe(true)
  })

  test('ends with what ended the session', async () => {
    await using proxy = await TcpProxy.start(broker.url)
    await using session = await Session.open({ url: proxy.url, reconnectFor: 0 })
    const queue = await session.queue('large-and-lost')
    await queue.send(Buffer.alloc(3_000_000))
    proxy.cutAfter(100_000)
    const error: unknown = await queue.get().catch((reason: unknown) => reason)
    expect(error).toBe(await session.closed)
  })
})
