import { brokerForFile, TcpProxy, waitFor } from '@messaging-patterns/testkit'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { Session, type Exchange, type ExchangeKind, type Queue } from '../../src/index.ts'

const broker = brokerForFile()
let proxy: TcpProxy
let session: Session
let reconnects = 0
let names = 0

beforeAll(async () => {
  proxy = await TcpProxy.start(broker.url)
})

afterAll(async () => {
  await proxy[Symbol.asyncDispose]()
})

beforeEach(async () => {
  reconnects = 0
  session = await Session.open({
    url: proxy.url,
    onStatus: ({ type }) => (reconnects += type === 'reconnected' ? 1 : 0),
  })
})

afterEach(async () => {
  await session.close()
})

function exchangeOf(kind: ExchangeKind, options = {}): Promise<Exchange> {
  return session.exchange(`bindings-${++names}`, kind, { autoDelete: true, ...options })
}

async function reconnect(): Promise<void> {
  const before = reconnects
  proxy.cut()
  await waitFor('the next connection', () => reconnects > before)
}

async function textsOf(queue: Queue): Promise<string[]> {
  const texts: string[] = []
  for (let next = await queue.get(); next !== undefined; next = await queue.get()) {
    texts.push(next.text())
    next.ack()
  }
  return texts
}

const mandatory = { mandatory: true }
const unroutable = { code: 'UNROUTABLE' }

describe('an exchange that is bound to another', () => {
  test('receives the messages with the keys of its bindings', async () => {
    const source = await exchangeOf('topic')
    const target = await exchangeOf('fanout')
    await target.bind(source, 'a.*', 'b.#')
    const queue = await (await session.queue()).bind(target)
    for (const key of ['a.x', 'a.x.y', 'b', 'b.x.y', 'c']) await source.publish(key, key)
    expect(await textsOf(queue)).toEqual(['a.x', 'b', 'b.x.y'])
  })

  test('receives the messages whose headers match', async () => {
    const source = await exchangeOf('headers')
    const target = await exchangeOf('fanout')
    await target.bindHeaders(source, { kind: 'order', 'x-match': 'all' })
    const queue = await (await session.queue()).bind(target)
    await source.publish('', 'order', { headers: { kind: 'order' } })
    await source.publish('', 'refund', { headers: { kind: 'refund' } })
    expect(await textsOf(queue)).toEqual(['order'])
  })

  test('passes on the routing key, so both exchanges can route by it', async () => {
    const source = await exchangeOf('fanout')
    const target = await exchangeOf('direct')
    await target.bind(source)
    const queue = await (await session.queue()).bind(target, 'red')
    await source.publish('red', 'red', mandatory)
    await expect(source.publish('green', 'green', mandatory)).rejects.toMatchObject(unroutable)
    expect(await textsOf(queue)).toEqual(['red'])
  })

  test('is bound again after a lost connection, when both were deleted with it', async () => {
    // Each is deleted with its last binding, and the queue with its connection: none is left.
    const target = await exchangeOf('fanout')
    const source = await exchangeOf('direct')
    await target.bind(source, 'key')
    const queue = await (await session.queue()).bind(target)
    await reconnect()
    await source.publish('key', 'found', mandatory)
    expect(await textsOf(queue)).toEqual(['found'])
  })
})

describe('an exchange', () => {
  test('that is internal accepts messages from other exchanges only', async () => {
    const source = await exchangeOf('fanout')
    const target = await exchangeOf('fanout', { internal: true })
    await target.bind(source)
    const queue = await (await session.queue()).bind(target)
    await source.publish('', 'from an exchange', mandatory)
    await expect(target.publish('', 'from a client')).rejects.toMatchObject({
      code: 'ACCESS_REFUSED',
    })
    expect(await textsOf(queue)).toEqual(['from an exchange'])
  })

  test('passes messages that reach no queue to its alternate exchange', async () => {
    const alternate = await exchangeOf('fanout')
    const exchange = await exchangeOf('direct', { alternateExchange: alternate.name })
    const unmatched = await (await session.queue()).bind(alternate)
    const matched = await (await session.queue()).bind(exchange, 'key')
    await exchange.publish('key', 'matched', mandatory)
    await exchange.publish('other', 'unmatched', mandatory)
    expect(await textsOf(matched)).toEqual(['matched'])
    expect(await textsOf(unmatched)).toEqual(['unmatched'])
  })
})

describe('after an unbind', () => {
  test('messages with that key no longer arrive, and those with other keys do', async () => {
    const exchange = await exchangeOf('direct')
    const queue = await (await session.queue()).bind(exchange, 'red', 'green', 'blue')
    await queue.unbind(exchange, 'red', 'blue')
    for (const key of ['red', 'blue'])
      await expect(exchange.publish(key, key, mandatory)).rejects.toMatchObject(unroutable)
    await exchange.publish('green', 'green', mandatory)
    expect(await textsOf(queue)).toEqual(['green'])
  })

  test('without a key, the binding for the empty key is gone', async () => {
    const source = await exchangeOf('fanout')
    const target = await exchangeOf('fanout')
    await target.bind(source)
    await (await session.queue()).bind(target)
    await source.publish('', 'x', mandatory)
    await target.unbind(source)
    // The exchange was deleted with its last binding.
    await expect(source.publish('', 'x', mandatory)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('by headers, messages for other bindings still arrive', async () => {
    const exchange = await exchangeOf('headers')
    const queue = await session.queue()
    await queue.bindHeaders(exchange, { kind: 'order' })
    await queue.bindHeaders(exchange, { kind: 'refund' })
    await queue.unbindHeaders(exchange, { kind: 'order' })
    await exchange.publish('', 'refund', { headers: { kind: 'refund' }, mandatory: true })
    await expect(
      exchange.publish('', 'order', { headers: { kind: 'order' }, mandatory: true }),
    ).rejects.toMatchObject(unroutable)
    await reconnect()
    await expect(
      exchange.publish('', 'order', { headers: { kind: 'order' }, mandatory: true }),
    ).rejects.toMatchObject(unroutable)
  })

  test('the binding does not come back after a lost connection', async () => {
    const exchange = await exchangeOf('direct')
    const queue = await (await session.queue()).bind(exchange, 'red', 'green')
    await queue.unbind(exchange, 'red')
    await reconnect()
    await expect(exchange.publish('red', 'red', mandatory)).rejects.toMatchObject(unroutable)
    await exchange.publish('green', 'green', mandatory)
    expect(await textsOf(queue)).toEqual(['green'])
  })

  test('a binding that never existed is not an error', async () => {
    const exchange = await exchangeOf('direct')
    const queue = await session.queue()
    await queue.unbind(exchange, 'never')
  })
})

describe('after a lost connection a session', () => {
  test('restores an exchange that was declared after the queue bound to it', async () => {
    const queue = await session.queue()
    const exchange = await exchangeOf('direct')
    await queue.bind(exchange, 'key')
    await reconnect()
    await exchange.publish('key', 'found', mandatory)
    expect(await textsOf(queue)).toEqual(['found'])
  })

  test('does not bind to an exchange that was deleted', async () => {
    const [gone, kept] = [await exchangeOf('fanout'), await exchangeOf('fanout')]
    const queue = await (await (await session.queue()).bind(gone)).bind(kept)
    await gone.delete()
    await reconnect()
    await kept.publish('', 'found', mandatory)
    expect(await textsOf(queue)).toEqual(['found'])
  })
})
