// Uses rabbitmq-client, which is installed in the current directory.

import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { createRequire } from 'node:module'
import { after, test } from 'node:test'

const require = createRequire(`${process.cwd()}/`)
const { Connection } = require('rabbitmq-client')

const rabbit = new Connection(process.env.AMQP_URL)
after(() => rabbit.close())

function closedAfter(t, resource) {
  t.after(() => resource.close())
  return resource
}

test('publishes with confirms and consumes', async (t) => {
  const publisher = closedAfter(t, rabbit.createPublisher({ confirm: true }))
  const got = []
  const enough = new EventEmitter()
  const all = once(enough, 'enough')
  const consumer = closedAfter(
    t,
    rabbit.createConsumer(
      {
        queue: 'client-events',
        queueOptions: { durable: true, arguments: { 'x-queue-type': 'quorum' } },
        qos: { prefetchCount: 2 },
        exchanges: [{ exchange: 'client-events', type: 'topic', autoDelete: true }],
        queueBindings: [{ exchange: 'client-events', routingKey: 'users.*' }],
      },
      async ({ body, redelivered }) => {
        got.push({ body, redelivered })
        // If the handler throws, the client requeues the message.
        if (!redelivered && body.number === 1) throw new Error('try again')
        if (got.length === 3) enough.emit('enough')
      },
    ),
  )
  consumer.on('error', () => {})
  await once(consumer, 'ready')
  for (const number of [1, 2])
    await publisher.send({ exchange: 'client-events', routingKey: 'users.new' }, { number })
  await publisher.send({ exchange: 'client-events', routingKey: 'orders.new' }, { number: 3 })
  await all
  assert.deepEqual(
    got.map(({ body }) => body.number).toSorted((a, b) => a - b),
    [1, 1, 2],
  )
  assert.equal(got.filter(({ redelivered }) => redelivered).length, 1)
  await consumer.close()
  assert.equal((await rabbit.queueDelete('client-events')).messageCount, 0)
})

test('gets unroutable messages back', async (t) => {
  const publisher = closedAfter(t, rabbit.createPublisher({ confirm: true }))
  const returned = once(publisher, 'basic.return')
  await publisher.send({ routingKey: 'nobody-has-this', mandatory: true }, 'x')
  assert.equal((await returned)[0].replyText, 'NO_ROUTE')
})

test('calls through Direct Reply-to', async (t) => {
  const server = closedAfter(
    t,
    rabbit.createConsumer(
      { queue: 'client-rpc', queueOptions: { exclusive: true } },
      async (message, reply) => {
        await reply(`${message.body}!`)
      },
    ),
  )
  await once(server, 'ready')
  const client = closedAfter(t, rabbit.createRPCClient({ confirm: true }))
  const answers = await Promise.all(['a', 'b', 'c'].map((body) => client.send('client-rpc', body)))
  assert.deepEqual(
    answers.map(({ body }) => body),
    ['a!', 'b!', 'c!'],
  )
})

test('gets from a queue that drops its oldest messages', async (t) => {
  await rabbit.queueDeclare({
    queue: 'client-short',
    durable: true,
    arguments: { 'x-max-length': 2 },
  })
  const publisher = closedAfter(t, rabbit.createPublisher({ confirm: true }))
  for (const body of ['a', 'b', 'c']) await publisher.send('client-short', body)
  assert.equal((await rabbit.basicGet({ queue: 'client-short', noAck: true })).body, 'b')
  assert.equal((await rabbit.queuePurge('client-short')).messageCount, 1)
  await rabbit.queueDelete('client-short')
})

test('continues after a channel error', async () => {
  const channel = await rabbit.acquire()
  await assert.rejects(channel.queueDeclare({ queue: 'nobody-declared-this', passive: true }), {
    code: 'NOT_FOUND',
  })
  const next = await rabbit.acquire()
  await next.exchangeDeclare({ exchange: 'amq.topic', passive: true })
  await next.close()
})

test('commits and rolls back', async () => {
  const channel = await rabbit.acquire()
  const { queue } = await channel.queueDeclare({ exclusive: true })
  await channel.txSelect()
  await channel.basicPublish(queue, 'dropped')
  await channel.txRollback()
  await channel.basicPublish(queue, 'kept')
  await channel.txCommit()
  const { body, messageCount } = await channel.basicGet({ queue, noAck: true })
  assert.deepEqual([body, messageCount], ['kept', 0])
  await channel.close()
})
