import { brokerForFile, waitFor } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { attemptsOf, consumer, publisher } from '../src/index.ts'

const broker = brokerForFile()

describe('a publisher and a consumer in one line', () => {
  test('need an exchange, a queue, a key and a handler', async () => {
    const { url } = broker
    const route = { url, exchange: 'one-line', queue: 'one-line.orders', routingKey: 'new' }
    const bodies: unknown[] = []
    await using orders = await publisher(route)
    await orders.publish({ n: 1 })
    await using taking = await consumer({
      ...route,
      handler: (delivery) => {
        bodies.push(delivery.body)
        if (attemptsOf(delivery).length === 0) throw new Error('not yet')
      },
      retry: { attempts: 3, delay: 100 },
      limit: 3,
    })
    await orders.publish('two')
    await waitFor('three attempts', () => bodies.length === 3)
    await taking.finished()
    expect(bodies).toContainEqual({ n: 1 })
    expect(bodies).toContain('two')
  })

  test('need not know of keys: the queue has its own', async () => {
    const bodies: unknown[] = []
    const route = { url: broker.url, exchange: 'one-line', queue: 'plain' }
    await using taking = await consumer({ ...route, handler: ({ body }) => bodies.push(body) })
    await using plain = await publisher(route)
    await plain.publish('hello')
    await waitFor('the message', () => bodies.length === 1)
    await taking.close()
  })

  test('close what they opened when the route is refused', async () => {
    const route = { url: broker.url, exchange: 'one-line', queue: 'any' }
    await using before = await publisher({ ...route, exchange: 'one-line' })
    await before.publish('declares the exchange')
    await expect(publisher({ ...route, kind: 'topic' })).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
    })
    const handler = (): void => {}
    await expect(consumer({ ...route, handler, retry: { attempts: 0, delay: 1 } })).rejects.toThrow(
      /attempts/,
    )
  })
})
