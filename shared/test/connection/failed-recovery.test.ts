import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

import { brokerForFile, waitFor } from '@messaging-patterns/testkit'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { Session, type SessionOptions } from '../../src/index.ts'
import { Publisher } from '../../src/publishing/publisher.ts'
import { startClosingProxy, type ClosingProxy } from './closing-proxy.ts'

const broker = brokerForFile()
let proxy: ClosingProxy
let owner: Session
let statuses: string[]

beforeEach(async () => {
  proxy = await startClosingProxy(broker.url)
  owner = await Session.open({ url: broker.url })
  statuses = []
})

afterEach(async () => {
  vi.restoreAllMocks()
  await owner.close()
  await proxy[Symbol.asyncDispose]()
})

/** So rarely that none is missed during a test. */
const heartbeat = 60

function open(options: SessionOptions = {}): Promise<Session> {
  const onStatus: SessionOptions['onStatus'] = ({ type }) => void statuses.push(type)
  return Session.open({ url: proxy.url, heartbeat, onStatus, ...options })
}

describe('an attempt to reconnect that finds a queue missing', () => {
  test.each([
    ['is lost while it is being closed', (client: Socket) => void client.destroy()],
    ['is never closed by the broker', () => {}],
  ])('is followed by the next one, even if its connection %s', async (_, atClose) => {
    const missing = await owner.queue('missing')
    await using session = await open({ closeTimeout: 200 })
    await session.queue('missing', { passive: true })
    await missing.delete()
    let closes = 0
    proxy.atClose = (client) => {
      closes += 1
      atClose(client)
    }
    proxy.cut()
    await waitFor('the end of the attempt', () => closes > 0)
    await owner.queue('missing')
    await waitFor('the reconnect', () => statuses.includes('reconnected'))
    proxy.atClose = undefined
    await missing.delete()
  })

  test('ends the session in time, even if each connection is lost while it is being closed', async () => {
    const missing = await owner.queue('missing')
    const session = await open({ reconnectFor: 500 })
    await session.queue('missing', { passive: true })
    await missing.delete()
    proxy.atClose = (client) => client.destroy()
    proxy.cut()
    expect(await session.closed).toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('an attempt to reconnect that fails after other things are back', () => {
  test('starts no timeout of a message that cannot be sent yet', async () => {
    const missing = await owner.queue('missing')
    await using session = await open({ confirmTimeout: 1000 })
    const target = await session.queue('target')
    await session.queue('missing', { passive: true })
    await missing.delete()
    const before = proxy.connections
    proxy.cut()
    await waitFor('the loss', () => statuses.includes('disconnected'))
    const sent = target.send('x')
    // The pauses between five attempts are longer than the timeout.
    const attempts = waitFor('the attempts', () => proxy.connections > before + 4)
    await Promise.race([sent, attempts])
    await owner.queue('missing')
    await sent
    expect(await target.count()).toMatchObject({ messages: 1 })
    await missing.delete()
    await target.delete()
  })
})

test('an attempt to reconnect that takes long starts no timeout of a message that cannot be sent yet', async () => {
  await using session = await open({ confirmTimeout: 1000 })
  const target = await session.queue('target')
  const heldBack = await session.queue('held back')
  proxy.holdFrom = 'held back'
  proxy.cut()
  await waitFor('the loss', () => statuses.includes('disconnected'))
  const sent = target.send('x')
  await Promise.race([sent, pause(1500)])
  proxy.release()
  await sent
  expect(await target.count()).toMatchObject({ messages: 1 })
  await heldBack.delete()
  await target.delete()
})

describe('an attempt to reconnect that the broker does not answer', () => {
  test.each([
    ['the session is closed', (session: Session) => void session.close()],
    ['the signal is aborted', (_: Session, stop: AbortController) => stop.abort()],
  ])('is over when %s, and declares nothing more', async (_, end) => {
    const stop = new AbortController()
    await using session = await open({ closeTimeout: 200, signal: stop.signal })
    await session.queue('held back')
    await session.queue('next')
    const next = await owner.queue('next')
    await next.delete()
    proxy.holdFrom = 'held back'
    proxy.cut()
    await waitFor('the attempt', () => proxy.isHolding)
    end(session, stop)
    expect(await session.closed).toBeUndefined()
    proxy.release()
    await waitFor('the end of its connection', () => !proxy.isConnected)
    await expect(owner.queue('next', { passive: true })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  test('is over when there is no time left to reconnect', async () => {
    await using session = await open({ connectTimeout: 500, reconnectFor: 500 })
    await session.queue('held back')
    proxy.holdFrom = 'held back'
    proxy.cut()
    expect(await session.closed).toMatchObject({
      code: 'CONNECTION_LOST',
      message: expect.stringContaining('the broker did not answer in time'),
    })
  })
})

describe('the channel for publishing, while it is being opened again', () => {
  test('is opened once by the next connection if this one is lost', async () => {
    await using session = await open()
    const queue = await session.queue('target')
    const exchange = await session.exchange('deleted', 'fanout')
    await owner.exchange('deleted', 'fanout').then((same) => same.delete())
    const recover = vi.spyOn(Publisher.prototype, 'recover')
    await expect(exchange.publish('', 'x')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    proxy.cut()
    await queue.send('x')
    await waitFor('the reconnect', () => statuses.includes('reconnected'))
    await queue.send('x')
    // On the connection that was lost, and on the next one.
    expect(recover).toHaveBeenCalledTimes(2)
    await exchange.delete()
    await queue.delete()
  })

  test('comes back if the broker closes the connection because of something else', async () => {
    await using session = await open()
    const queue = await session.queue('target')
    const exchange = await session.exchange('deleted', 'fanout')
    await owner.exchange('deleted', 'fanout').then((same) => same.delete())
    const [, refused] = await Promise.allSettled([
      exchange.publish('', 'x'),
      session.queue('refused', { type: 'classic', durable: false }),
    ])
    expect(refused).toMatchObject({ reason: { code: 'FEATURE_REFUSED' } })
    await queue.send('x')
    await exchange.delete()
    await queue.delete()
  })
})
