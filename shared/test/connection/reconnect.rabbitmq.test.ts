import { freePort, RabbitMqServer, waitFor } from '@messaging-patterns/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { Session, type SessionStatus } from '../../src/index.ts'
import { catchUncaught } from '../support.ts'

let broker: RabbitMqServer
let statuses: SessionStatus['type'][] = []

beforeAll(async () => {
  broker = await RabbitMqServer.start()
})

afterAll(async () => {
  await broker[Symbol.asyncDispose]()
})

beforeEach(() => {
  statuses = []
})

function open(options: { reconnectFor?: number; url?: readonly string[] } = {}): Promise<Session> {
  return Session.open({
    url: broker.url,
    onStatus: ({ type }) => statuses.push(type),
    ...options,
  })
}

async function closeAllConnections(): Promise<void> {
  await broker.rabbitmqctl('close_all_connections', '--vhost', '/', 'for the test')
}

describe('a session whose connection is lost', () => {
  test('comes back with its queues, bindings and consumers', async () => {
    await using session = await open()
    const exchange = await session.exchange('events', 'topic', { autoDelete: true })
    const queue = await (await session.queue()).bind(exchange, 'a.*', 'b.#')
    const before = queue.name
    await using subscription = await queue.consume()
    await closeAllConnections()
    await waitFor('the reconnect', () => statuses.includes('reconnected'))
    // The exclusive queue was deleted with its connection: this is a new one with the same bindings.
    expect(queue.name).not.toBe(before)
    await exchange.publish('b.c.d', 'found', { mandatory: true })
    const { value } = await subscription.next()
    expect(value?.body).toBe('found')
    value?.ack()
    expect(statuses).toEqual(['disconnected', 'reconnected'])
  })

  test('publishes waiting messages only when its queues are back', async () => {
    await using session = await open()
    const exchange = await session.exchange('transient', 'fanout', { durable: false })
    const queue = await (await session.queue()).bind(exchange)
    await using subscription = await queue.consume()
    const closed = closeAllConnections()
    await waitFor('the loss', () => statuses.includes('disconnected'))
    // If it were lost, there would be no error: the exchange accepts it, and no queue is bound yet.
    await exchange.publish('', 'while away')
    const { value } = await subscription.next()
    expect(value?.body).toBe('while away')
    await closed
  })

  test('goes on when its onStatus listener throws', async () => {
    await using uncaught = catchUncaught()
    await using session = await Session.open({
      url: broker.url,
      onStatus: () => {
        throw new Error('of the listener')
      },
    })
    const queue = await session.queue('listener')
    await closeAllConnections()
    await queue.send('x')
    await waitFor('both errors', () => uncaught.errors.length === 2)
  })

  test('does not settle a delivery of the old connection on the new one', async () => {
    await using session = await open()
    const queue = await session.queue('in-hand')
    await queue.send('x')
    await using subscription = await queue.consume()
    const first = await subscription.next()
    await closeAllConnections()
    const second = await subscription.next()
    expect(second.value?.redelivered).toBe(true)
    expect(first.value?.ack()).toBe(false)
    expect(second.value?.ack()).toBe(true)
  })

  test('ends at once if it must not reconnect, with a remedy', async () => {
    const session = await open({ reconnectFor: 0 })
    const queue = await session.queue('given-up')
    const subscription = await queue.consume()
    const ended = expect(subscription.next()).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    await closeAllConnections()
    await ended
    const error = await session.closed
    expect(error).toMatchObject({
      code: 'CONNECTION_LOST',
      message: expect.stringMatching(
        /^the connection to the broker at amqp:\/\/guest:\*\*\*@127\.0\.0\.1:\d+ was lost \(/,
      ),
      remedy: expect.stringContaining('docker compose up'),
    })
    await expect(queue.send('x')).rejects.toBe(error)
    await session.close()
  })

  test('connects to the next broker in the list', async () => {
    const nowhere = `amqp://127.0.0.1:${await freePort()}`
    await using session = await open({ url: [nowhere, broker.url] })
    const queue = await session.queue('second-of-the-list')
    await closeAllConnections()
    await queue.send('x')
    expect((await queue.get())?.ack()).toBe(true)
  })
})
