import { brokerForFile, TcpProxy, waitFor } from '@messaging-patterns/testkit'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { Session } from '../../src/index.ts'

const broker = brokerForFile()
let proxy: TcpProxy
let owner: Session

beforeAll(async () => {
  proxy = await TcpProxy.start(broker.url)
})

afterAll(async () => {
  await proxy[Symbol.asyncDispose]()
})

beforeEach(async () => {
  owner = await Session.open({ url: broker.url })
})

afterEach(async () => {
  await owner.close()
})

describe('a passive declaration', () => {
  test('uses a queue as it is, whatever its arguments', async () => {
    const declared = { type: 'classic', arguments: { 'x-max-length': 3 } } as const
    const original = await owner.queue('as-it-is', declared)
    await original.send('x')
    await using session = await Session.open({ url: broker.url })
    const queue = await session.queue('as-it-is', { passive: true })
    await queue.send('y')
    expect(await queue.count()).toMatchObject({ messages: 2 })
    await original.delete()
  })

  test('uses an exchange as it is, whatever its kind', async () => {
    const original = await owner.exchange('as-it-is', 'topic', { durable: false })
    const bound = await (await owner.queue()).bind(original, 'a.*')
    await using session = await Session.open({ url: broker.url })
    const exchange = await session.exchange('as-it-is', 'direct', { passive: true })
    await exchange.publish('a.b', 'x', { mandatory: true })
    expect(await bound.count()).toMatchObject({ messages: 1 })
    await original.delete()
  })

  test('rejects with NOT_FOUND if there is none, and declares nothing', async () => {
    await using session = await Session.open({ url: broker.url })
    const missing = { code: 'NOT_FOUND' }
    for (let i = 0; i < 2; i++) {
      await expect(session.queue('nobody', { passive: true })).rejects.toMatchObject(missing)
      await expect(session.exchange('nobody', 'direct', { passive: true })).rejects.toMatchObject(
        missing,
      )
    }
  })

  test('is repeated after a lost connection', async () => {
    const original = await owner.queue('shared-by-two', { type: 'classic' })
    const statuses: string[] = []
    await using session = await Session.open({
      url: proxy.url,
      onStatus: ({ type }) => statuses.push(type),
    })
    const exchange = await session.exchange('passive-source', 'fanout', { autoDelete: true })
    await (await session.queue('shared-by-two', { passive: true })).bind(exchange)
    proxy.cut()
    await waitFor('the next connection', () => statuses.includes('reconnected'))
    await exchange.publish('', 'x', { mandatory: true })
    await original.delete()
  })

  test('ends the session with NOT_FOUND if the queue was deleted meanwhile', async () => {
    await owner.queue('gone-meanwhile')
    const session = await Session.open({ url: proxy.url, reconnectFor: 500 })
    const queue = await session.queue('gone-meanwhile', { passive: true })
    await (await owner.queue('gone-meanwhile')).delete()
    proxy.cut()
    expect(await session.closed).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining("no queue 'gone-meanwhile'"),
    })
    await expect(queue.send('x')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
