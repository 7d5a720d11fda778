// Uses rascal, which is installed in the current directory. It creates and checks its virtual hosts
// through the management API.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { test } from 'node:test'

const require = createRequire(`${process.cwd()}/`)
const { BrokerAsPromised, withDefaultConfig } = require('rascal')

const { AMQP_URL, MANAGEMENT_URL } = process.env

function configFor(vhost, options) {
  return withDefaultConfig({
    vhosts: {
      [vhost]: {
        namespace: false,
        ...options,
        connection: {
          url: `${AMQP_URL}/${vhost}`,
          management: { url: MANAGEMENT_URL },
        },
        exchanges: ['orders'],
        queues: ['orders'],
        bindings: ['orders[new] -> orders'],
        publications: { order: { exchange: 'orders', routingKey: 'new' } },
        subscriptions: { orders: { queue: 'orders' } },
      },
    },
  })
}

test('creates a virtual host, and delivers in it', async () => {
  const broker = await BrokerAsPromised.create(configFor('rascal', { assert: true, check: true }))
  const orders = await broker.subscribe('orders')
  const delivered = once(orders, 'message')
  await broker.publish('order', 'hello')
  const [, content, ack] = await delivered
  assert.equal(content, 'hello')
  ack()
  await broker.shutdown()
})

test('fails if the virtual host does not exist', async () => {
  await assert.rejects(
    BrokerAsPromised.create(configFor('nowhere', { assert: false, check: true })),
    /vhost: nowhere/,
  )
})
