import { setTimeout as pause } from 'node:timers/promises'

import { brokerForFile, TcpProxy } from '@messaging-patterns/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'

import { Session } from '../../src/index.ts'

const broker = brokerForFile()
let proxy: TcpProxy

beforeAll(async () => {
  proxy = await TcpProxy.start(broker.url)
})

afterAll(async () => {
  await proxy[Symbol.asyncDispose]()
})

afterEach(() => {
  vi.restoreAllMocks()
})

/** So rarely that none is missed during a test. */
const heartbeat = 60

async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}

describe('with a broker that accepts messages and confirms none', () => {
  test('each message has the full timeout, and rejects with TIMEOUT', async () => {
    await using session = await Session.open({
      url: proxy.url,
      heartbeat,
      confirmTimeout: 1000,
      closeTimeout: 100,
    })
    const queue = await session.queue('late')
    proxy.silence()
    const late = { code: 'TIMEOUT', message: expect.stringMatching(/did not confirm .* \d+ ms/) }
    const sent = (text: string): Promise<number> =>
      elapsed(() => expect(queue.send(text)).rejects.toMatchObject(late))
    const first = sent('first')
    await pause(700)
    const second = sent('second')
    for (const waited of await Promise.all([first, second])) {
      expect(waited).toBeGreaterThan(998)
    }
  })

  test('a clock that is set forward does not shorten the timeout', async () => {
    await using session = await Session.open({
      url: proxy.url,
      heartbeat,
      confirmTimeout: 2000,
      closeTimeout: 100,
    })
    const queue = await session.queue('clock')
    proxy.silence()
    const waited = elapsed(() => expect(queue.send('x')).rejects.toMatchObject({ code: 'TIMEOUT' }))
    const hour = 3_600_000
    const now = Date.now.bind(Date)
    vi.spyOn(Date, 'now').mockImplementation(() => now() + hour)
    expect(await waited).toBeGreaterThan(1998)
  })

  test('with several URLs the next broker gets the unconfirmed messages, long before the timeout', async () => {
    const statuses: string[] = []
    await using session = await Session.open({
      url: [proxy.url, broker.url],
      heartbeat,
      confirmTimeout: 6000,
      onStatus: (status) =>
        statuses.push(status.type === 'disconnected' ? status.reason : status.type),
    })
    const queue = await session.queue('elsewhere')
    proxy.silence()
    const send = () => Promise.all(['a', 'b', 'c'].map((text) => queue.send(text)))
    expect(await elapsed(send)).toBeLessThan(6000)
    expect(statuses).toEqual([expect.stringMatching(/^no confirm for \d\.\d s$/), 'reconnected'])
    // The messages that the silent broker had accepted may be there twice: at least once.
    expect((await queue.count()).messages).toBeGreaterThanOrEqual(3)
  })

  test('a session that must not reconnect waits for TIMEOUT', async () => {
    await using session = await Session.open({
      url: [proxy.url, broker.url],
      heartbeat,
      confirmTimeout: 1000,
      closeTimeout: 100,
      reconnectFor: 0,
    })
    const queue = await session.queue('steady')
    proxy.silence()
    await expect(queue.send('x')).rejects.toMatchObject({ code: 'TIMEOUT' })
  })
})

test('a session whose broker is silent is closed after the close timeout', async () => {
  const session = await Session.open({ url: proxy.url, heartbeat, closeTimeout: 200 })
  const queue = await session.queue('closing')
  await using _subscription = await queue.consume()
  proxy.silence()
  const unconfirmed = expect(queue.send('x')).rejects.toMatchObject({ code: 'CLOSED' })
  await session.close()
  await unconfirmed
  expect(await session.closed).toBeUndefined()
})
