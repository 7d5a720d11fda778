import { setTimeout as pause } from 'node:timers/promises'

import { brokerForFile, waitFor } from '@messaging-patterns/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { Session, type SessionOptions } from '../../src/index.ts'
import { startClosingProxy, type ClosingProxy } from '../connection/closing-proxy.ts'

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
  await owner.close()
  await proxy[Symbol.asyncDispose]()
})

function open(options: SessionOptions = {}): Promise<Session> {
  const onStatus: SessionOptions['onStatus'] = ({ type }) => void statuses.push(type)
  return Session.open({ url: proxy.url, heartbeat: 60, onStatus, ...options })
}

/** Class 60, method 10. */
const basicQos = '\0<\0\n'

/** The beginning of basic.consume (class 60, method 20). */
function consumeFrom(queue: string): string {
  return String.fromCodePoint(0, 60, 0, 20, 0, 0, queue.length) + queue
}

test('attempts to reconnect that fail deliver nothing: the delivery count stays', async () => {
  const missing = await owner.queue('missing')
  await using session = await open()
  const queue = await session.queue('counted')
  await using subscription = await queue.consume()
  await session.queue('missing', { passive: true })
  await queue.send('x')
  // It is never settled, so the loss of the connection counts as a delivery.
  expect((await subscription.next()).value?.deliveryCount).toBe(0)
  await missing.delete()
  const before = proxy.connections
  proxy.cut()
  await waitFor('the attempts', () => proxy.connections > before + 3)
  await owner.queue('missing')
  const { value } = await subscription.next()
  expect(value?.deliveryCount).toBe(1)
  value?.ack()
  await missing.delete()
  await queue.delete()
})

test('a connection that is lost before all consumers are back leaves no delivery to a consumer', async () => {
  await using session = await open()
  const queue = await session.queue('first')
  const second = await session.queue('second')
  await using subscription = await queue.consume()
  await using _ = await second.consume()
  await queue.send('x')
  proxy.holdFrom = consumeFrom('second')
  proxy.cut()
  const same = await owner.queue('first')
  await waitFor('the delivery', async () => proxy.isHolding && (await same.count()).messages === 0)
  proxy.refuses = true
  proxy.cut()
  proxy.release()
  const before = proxy.connections
  await waitFor('the next attempt', () => proxy.connections > before)
  const next = subscription.next()
  proxy.refuses = false
  const { value } = await next
  expect(value?.ack()).toBe(true)
  await queue.delete()
  await second.delete()
})

test('close waits for the handler of a consumer whose queue is being checked, and ends it without an error', async () => {
  await using session = await open()
  const queue = await session.queue('checked')
  let finish = (): void => {}
  const finished = new Promise<void>((resolve) => (finish = resolve))
  let isHandling = false
  const subscription = await queue.consume(async () => {
    isHandling = true
    await finished
  })
  await queue.send('x')
  await waitFor('the handler', () => isHandling)
  proxy.holdFrom = 'checked'
  await (await owner.queue('checked')).delete()
  await waitFor('the check', () => proxy.isHolding)
  proxy.refuses = true
  proxy.cut()
  await waitFor('the loss', () => statuses.includes('disconnected'))
  const closed = session.close()
  expect(await Promise.race([closed, pause(300, 'waits')])).toBe('waits')
  finish()
  await closed
  await subscription.finished()
})

test('a consumer that is cancelled before it has started again does not start', async () => {
  await using session = await open({ closeTimeout: 200 })
  const queue = await session.queue('cancelled')
  const subscription = await queue.consume()
  proxy.holdFrom = basicQos
  proxy.cut()
  await waitFor('the start', () => proxy.isHolding)
  await subscription.cancel()
  proxy.release()
  await waitFor('the reconnect', () => statuses.includes('reconnected'))
  expect(await queue.count()).toMatchObject({ consumers: 0 })
  await queue.delete()
})
