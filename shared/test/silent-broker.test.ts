import { setTimeout as pause } from 'node:timers/promises'

import { brokerForFile, TcpProxy } from '@messaging-patterns/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'

import { Session } from '../src/index.ts'

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

/** So rare that none is missed while a test lasts. */
const heartbeat = 60

async function elapsed(promise: Promise<unknown>): Promise<number> {
  const from = performance.now()
  await promise
  return performance.now() - from
}

describe('beside a broker that takes messages and confirms none', () => {
  test('each message waits for its own time, and rejects with TIMEOUT', async () => {
    await using session = await Session.open({
      url: proxy.url,
      heartbeat,
      confirmTimeout: 1000,
      closeTimeout: 100,
    })
    const queue = await session.queue('late')
    proxy.silence()
    const late = { code: 'TIMEOUT', message: expect.stringMatching(/not confirmed .* \d+ ms/) }
    const sent = (text: string): Promise<number> =>
      elapsed(expect(queue.send(text)).rejects.toMatchObject(late))
    const first = sent('first')
    await pause(700)
    const second = sent('second')
    for (const waited of await Promise.all([first, second])) {
      expect(waited).toBeGreaterThan(998)
      expect(waited).toBeLessThan(2500)
    }
  })

  test('the wait is not measured by a clock that somebody sets', async () => {
    await using session = await Session.open({
      url: proxy.url,
      heartbeat,
      confirmTimeout: 2000,
      closeTimeout: 100,
    })
    const queue = await session.queue('clock')
    proxy.silence()
    const waited = elapsed(expect(queue.send('x')).rejects.toMatchObject({ code: 'TIMEOUT' }))
    const hour = 3_600_000
    const now = Date.now.bind(Date)
    vi.spyOn(Date, 'now').mockImplementation(() => now() + hour)
    expect(await waited).toBeGreaterThan(1998)
  })

  test('with other brokers in the list the next one gets what is unconfirmed, long before', async () => {
    const statuses: string[] = []
    await using session = await Session.open({
      url: [proxy.url, broker.url],
      heartbeat,
      confirmTimeout: 4000,
      onStatus: (status) =>
        statuses.push(status.type === 'disconnected' ? status.reason : status.type),
    })
    const queue = await session.queue('elsewhere')
    proxy.silence()
    const sent = Promise.all(['a', 'b', 'c'].map((text) => queue.send(text)))
    expect(await elapsed(sent)).toBeLessThan(4000)
    expect(statuses).toEqual([expect.stringMatching(/^no confirm for \d\.\d s$/), 'reconnected'])
    // What the silent broker had taken may be there twice: at least once is the promise.
    expect((await queue.count()).messages).toBeGreaterThanOrEqual(3)
  })

  test('who is not to reconnect stays with it, until TIMEOUT', async () => {
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

test('a session beside a silent broker is closed after a while', async () => {
  const session = await Session.open({ url: proxy.url, heartbeat, closeTimeout: 200 })
  const queue = await session.queue('closing')
  await using _subscription = await queue.consume()
  proxy.silence()
  const unconfirmed = expect(queue.send('x')).rejects.toMatchObject({ code: 'CLOSED' })
  expect(await elapsed(session.close())).toBeLessThan(3000)
  await unconfirmed
  expect(await session.closed).toBeUndefined()
})
