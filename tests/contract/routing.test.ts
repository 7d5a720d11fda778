import type { ConfirmChannel } from 'amqplib'
import { expect } from 'vitest'

import { test, unique } from './support/contract.ts'
import { body as bodyFrame, channelClose, method } from './support/expected.ts'
import { drain, fill, publish, ready, take, textOf } from './support/messages.ts'

async function boundQueue(
  channel: ConfirmChannel,
  exchange: string,
  ...keys: string[]
): Promise<string> {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  for (const key of keys) await channel.bindQueue(queue, exchange, key)
  return queue
}

test('routes by the name of the queue on the default exchange', async ({ channel }) => {
  await channel.assertQueue('by-name', { exclusive: true })
  await fill(channel, 'by-name', ['a'])
  const message = await take(channel, 'by-name')
  expect(message.fields).toMatchObject({ exchange: '', routingKey: 'by-name' })
})

test('routes by the exact key on a direct exchange', async ({ channel }) => {
  const exchange = unique('direct')
  await channel.assertExchange(exchange, 'direct')
  const queue = await boundQueue(channel, exchange, 'error', '')
  const other = await boundQueue(channel, exchange, 'info')
  for (const key of ['error', 'info', 'Error', 'err', '', 'error.'])
    await publish(channel, { exchange, key }, { body: `<${key}>` })
  expect(await drain(channel, queue)).toEqual(['<error>', '<>'])
  expect(await drain(channel, other)).toEqual(['<info>'])
})

test('routes to every queue of a fanout exchange, whatever the key', async ({ channel }) => {
  const exchange = unique('fanout')
  await channel.assertExchange(exchange, 'fanout')
  const queues = [await boundQueue(channel, exchange, 'a'), await boundQueue(channel, exchange, '')]
  await publish(channel, { exchange, key: 'anything' }, { body: 'm' })
  for (const queue of queues) expect(await drain(channel, queue)).toEqual(['m'])
})

test('delivers one copy to a queue, however many bindings match', async ({ channel }) => {
  const exchange = unique('topic')
  await channel.assertExchange(exchange, 'topic')
  const queue = await boundQueue(channel, exchange, '#', '*.b', 'a.*', 'a.b')
  await publish(channel, { exchange, key: 'a.b' }, { body: 'once' })
  expect(await drain(channel, queue)).toEqual(['once'])
})

test('creates one binding for two equal binds', async ({ channel }) => {
  const queue = await boundQueue(channel, 'amq.direct', 'twice', 'twice')
  await publish(channel, { exchange: 'amq.direct', key: 'twice' })
  expect(await ready(channel, queue)).toBe(1)
  await channel.unbindQueue(queue, 'amq.direct', 'twice')
  await publish(channel, { exchange: 'amq.direct', key: 'twice' })
  expect(await ready(channel, queue)).toBe(1)
})

test('distinguishes bindings by their arguments', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  for (const x of [1, 2]) await channel.bindQueue(queue, 'amq.direct', 'apart', { x })
  await channel.unbindQueue(queue, 'amq.direct', 'apart', { x: 1 })
  await publish(channel, { exchange: 'amq.direct', key: 'apart' })
  expect(await ready(channel, queue)).toBe(1)
})

test('stops routing when a queue is unbound', async ({ channel }) => {
  const queue = await boundQueue(channel, 'amq.fanout', '')
  await channel.unbindQueue(queue, 'amq.fanout', '')
  await publish(channel, { exchange: 'amq.fanout' })
  expect(await ready(channel, queue)).toBe(0)
})

test('deletes the bindings of a deleted queue', async ({ channel }) => {
  await channel.assertQueue('reborn', { exclusive: true })
  await channel.bindQueue('reborn', 'amq.direct', 'reborn')
  await channel.deleteQueue('reborn')
  await channel.assertQueue('reborn', { exclusive: true })
  await publish(channel, { exchange: 'amq.direct', key: 'reborn' })
  expect(await ready(channel, 'reborn')).toBe(0)
})

test('accepts keys of 255 octets, with Unicode', async ({ channel }) => {
  const key = 'é'.repeat(127) + 'x'
  const queue = await boundQueue(channel, 'amq.direct', key)
  await publish(channel, { exchange: 'amq.direct', key })
  expect((await take(channel, queue)).fields.routingKey).toBe(key)
})

test('delivers with the exchange and key that the message was published with', async ({
  channel,
}) => {
  const queue = await boundQueue(channel, 'amq.topic', 'stock.#')
  await publish(channel, { exchange: 'amq.topic', key: 'stock.nyse' })
  expect((await take(channel, queue)).fields).toMatchObject({
    exchange: 'amq.topic',
    routingKey: 'stock.nyse',
  })
})

test('keeps the bodies of copies in several queues independent', async ({ channel }) => {
  const exchange = unique('fanout')
  await channel.assertExchange(exchange, 'fanout')
  const queues = [await boundQueue(channel, exchange, ''), await boundQueue(channel, exchange, '')]
  const bodies = ['a', 'b', 'c'].map((letter) => letter.repeat(300_000))
  for (const body of bodies) await publish(channel, { exchange }, { body })
  for (const queue of queues) expect(await drain(channel, queue)).toEqual(bodies)
})

test('refuses to publish to an exchange that does not exist with 404', async ({ broker, peer }) => {
  peer.publish(1, { exchange: 'nope', body: 'x' })
  expect(await peer.next()).toEqual(
    channelClose(404, `NOT_FOUND - no exchange 'nope' in vhost '${broker.vhost}'`, {
      by: 'BasicPublish',
    }),
  )
})

test('drops messages published after the channel was closed for an error', async ({ peer }) => {
  await peer.ok(2, 'ChannelOpen')
  await peer.ok(2, 'QueueDeclare', { queue: 'late', exclusive: true })
  peer.publish(1, { exchange: 'nope', body: 'x' })
  peer.publish(1, { routingKey: 'late', body: 'late' })
  expect(await peer.next()).toMatchObject(method('ChannelClose', { replyCode: 404 }))
  peer.send(1, 'ChannelCloseOk')
  await peer.ok(1, 'ChannelOpen')
  expect(await peer.call(1, 'BasicGet', { queue: 'late' })).toMatchObject(method('BasicGetEmpty'))
})

test('refuses to publish to an internal exchange with 403', async ({ broker, peer }) => {
  const exchange = unique('internal')
  await peer.ok(1, 'ExchangeDeclare', { exchange, type: 'fanout', durable: true, internal: true })
  peer.publish(1, { exchange, body: 'x' })
  expect(await peer.next()).toEqual(
    channelClose(
      403,
      `ACCESS_REFUSED - cannot publish to internal exchange '${exchange}' in vhost '${broker.vhost}'`,
      { by: 'BasicPublish' },
    ),
  )
})

test('routes through an internal exchange from another exchange', async ({ channel }) => {
  const inner = unique('internal')
  const outer = unique('outer')
  await channel.assertExchange(inner, 'fanout', { internal: true })
  await channel.assertExchange(outer, 'fanout')
  await channel.bindExchange(inner, outer, '')
  const queue = await boundQueue(channel, inner, '')
  await publish(channel, { exchange: outer }, { body: 'through' })
  expect(textOf(await take(channel, queue))).toBe('through')
})

test('routes from exchange to exchange by the key of the message', async ({ channel }) => {
  const [source, middle] = [unique('source'), unique('middle')]
  await channel.assertExchange(source, 'topic')
  await channel.assertExchange(middle, 'direct')
  await channel.bindExchange(middle, source, 'log.#')
  const queue = await boundQueue(channel, middle, 'log.error')
  for (const key of ['log.error', 'log.info', 'error'])
    await publish(channel, { exchange: source, key }, { body: key })
  expect(await drain(channel, queue)).toEqual(['log.error'])
})

test('delivers one copy to a queue that several exchanges route to', async ({ channel }) => {
  const names = ['source', 'left', 'right'].map(unique)
  const [source = '', left = '', right = ''] = names
  for (const name of names) await channel.assertExchange(name, 'fanout')
  for (const side of [left, right]) await channel.bindExchange(side, source, '')
  const { queue } = await channel.assertQueue('', { exclusive: true })
  for (const name of names) await channel.bindQueue(queue, name, '')
  await publish(channel, { exchange: source })
  expect(await ready(channel, queue)).toBe(1)
})

test('routes through a cycle of exchanges only once', async ({ channel }) => {
  const [one, two] = [unique('one'), unique('two')]
  for (const name of [one, two]) await channel.assertExchange(name, 'fanout')
  await channel.bindExchange(one, two, '')
  await channel.bindExchange(two, one, '')
  const queue = await boundQueue(channel, two, '')
  await publish(channel, { exchange: one })
  expect(await ready(channel, queue)).toBe(1)
})

test('stops routing when an exchange is unbound', async ({ channel }) => {
  const [source, destination] = [unique('source'), unique('destination')]
  for (const name of [source, destination]) await channel.assertExchange(name, 'fanout')
  const queue = await boundQueue(channel, destination, '')
  await channel.bindExchange(destination, source, 'k')
  await channel.unbindExchange(destination, source, 'k')
  await publish(channel, { exchange: source, key: 'k' })
  expect(await ready(channel, queue)).toBe(0)
})

test('confirms the unbinding of exchanges that were never bound', async ({ peer }) => {
  const pair = { destination: 'amq.fanout', source: 'amq.topic', routingKey: 'never' }
  expect(await peer.call(1, 'ExchangeUnbind', pair)).toEqual(method('ExchangeUnbindOk'))
})

test('does not answer bind, unbind, purge and delete with no-wait', async ({ peer }) => {
  const nowait = true
  const exchange = unique('nowait')
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  peer.send(1, 'ExchangeDeclare', { exchange, type: 'fanout', durable: true, nowait })
  peer.send(1, 'ExchangeBind', { destination: exchange, source: 'amq.fanout', nowait })
  peer.send(1, 'QueueBind', { queue, exchange, nowait })
  peer.publish(1, { exchange: 'amq.fanout', body: 'one' })
  peer.send(1, 'BasicGet', { queue, noAck: true })
  const [, , one] = await peer.take(3)
  expect(one).toEqual(bodyFrame('one'))
  peer.send(1, 'ExchangeUnbind', { destination: exchange, source: 'amq.fanout', nowait })
  peer.publish(1, { exchange: 'amq.fanout', body: 'two' })
  peer.publish(1, { exchange, body: 'three' })
  peer.send(1, 'QueuePurge', { queue, nowait })
  expect(await peer.call(1, 'BasicGet', { queue })).toMatchObject(method('BasicGetEmpty'))
  peer.send(1, 'ExchangeDelete', { exchange, nowait })
  peer.send(1, 'QueueDelete', { queue, nowait })
  expect(await peer.call(1, 'QueueDeclare', { queue, passive: true })).toMatchObject(
    method('ChannelClose', { replyCode: 404 }),
  )
})

test('routes from exchange to exchange by the headers of the binding', async ({ channel }) => {
  const [source, destination] = [unique('source'), unique('destination')]
  await channel.assertExchange(source, 'headers')
  await channel.assertExchange(destination, 'fanout')
  await channel.bindExchange(destination, source, '', { 'x-match': 'all', size: 'large' })
  const queue = await boundQueue(channel, destination, '')
  for (const size of ['large', 'small'])
    await publish(channel, { exchange: source }, { headers: { size }, body: size })
  expect(await drain(channel, queue)).toEqual(['large'])
})
