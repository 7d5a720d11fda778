import { brokerForFile, TcpProxy, waitFor } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { Session } from '../../src/index.ts'

const broker = brokerForFile()
const count = 300
const bodies = Array.from({ length: count }, (_, at) => `m${at}`)

test('after a lost connection a consumer continues, and works on no message twice', async () => {
  await using proxy = await TcpProxy.start(broker.url)
  await using session = await Session.open({ url: proxy.url })
  const stream = await session.stream('history')
  await Promise.all(bodies.map((body) => stream.send(body)))
  const started: string[] = []
  const saved: number[] = []
  const finished = new Set<number>()
  const store = {
    load: () => undefined,
    save: (offset: number) => {
      // Nothing up to the stored offset is missing.
      for (let each = 0; each <= offset; each++) expect(finished).toContain(each)
      saved.push(offset)
    },
  }
  const subscription = await stream.consume(
    async (delivery) => {
      started.push(delivery.text())
      if (started.length % 100 === 50) proxy.cut()
      await new Promise((resolve) => setImmediate(resolve))
      finished.add(delivery.offset ?? -1)
    },
    { resume: { store, interval: 1 }, concurrency: 7, limit: count },
  )
  await subscription.finished()
  expect(started.toSorted()).toEqual(bodies.toSorted())
  expect(saved.at(-1)).toBe(count - 1)
})

test.each(['next', 'last'] as const)(
  'a consumer from the %s message misses none that were sent while it was away',
  async (from) => {
    await using proxy = await TcpProxy.start(broker.url)
    let isLost = false
    await using session = await Session.open({
      url: proxy.url,
      onStatus: ({ type }) => (isLost = type === 'disconnected'),
    })
    const stream = await session.stream(`news-${from}`)
    await using subscription = await stream.consume({ from })
    await using other = await Session.open({ url: broker.url })
    const same = await other.stream(stream.name)
    proxy.cut()
    await waitFor('the loss', () => isLost, { interval: 1 })
    for (const body of ['first', 'second']) await same.send(body)
    for (const body of ['first', 'second']) {
      const { value } = await subscription.next()
      expect(value?.text()).toBe(body)
      value?.ack()
    }
  },
)

test('a message in progress is not lost with its connection', async () => {
  await using proxy = await TcpProxy.start(broker.url)
  const statuses: string[] = []
  await using session = await Session.open({
    url: proxy.url,
    onStatus: ({ type }) => statuses.push(type),
  })
  const stream = await session.stream('in-progress')
  await stream.send('in progress')
  await using subscription = await stream.consume({ from: 'first' })
  const { value } = await subscription.next()
  proxy.cut()
  await waitFor('the reconnect', () => statuses.includes('reconnected'))
  await stream.send('next')
  const next = await subscription.next()
  expect(next.value?.text()).toBe('next')
  expect(value?.lost).toBe(false)
  expect(value?.ack()).toBe(true)
})
