import { expect } from 'vitest'

import { since, test, unique } from './support/contract.ts'
import { death, pair, reject } from './support/dead-letters.ts'
import { drain, fill, hold, publish, take, textOf, untilReady } from './support/messages.ts'

since('4.3')(
  'marks a dead letter as redelivered if it was delivered before',
  async ({ channel }) => {
    const { queue, dead } = await pair(channel)
    await fill(channel, queue, 'a')
    await reject(channel, queue)
    const letter = await take(channel, dead)
    expect(letter.fields).toMatchObject({ redelivered: true, exchange: '', routingKey: dead })
  },
)

test('does not mark a dead letter as redelivered if it was never delivered', async ({
  channel,
}) => {
  const { queue, dead } = await pair(channel, { messageTtl: 20 })
  await fill(channel, queue, 'a')
  const letter = await take(channel, dead)
  expect(letter.fields).toMatchObject({ redelivered: false, exchange: '', routingKey: dead })
})

test('keeps the routing key if the queue sets none', async ({ channel }) => {
  const exchange = unique('letters')
  await channel.assertExchange(exchange, 'topic')
  const { queue: dead } = await channel.assertQueue('', { exclusive: true })
  await channel.bindQueue(dead, exchange, '#')
  const { queue } = await channel.assertQueue('', { exclusive: true, deadLetterExchange: exchange })
  await fill(channel, queue, 'a')
  await reject(channel, queue)
  expect((await take(channel, dead)).fields).toMatchObject({ exchange, routingKey: queue })
})

test('also dead-letters to the keys in CC if the queue sets no routing key', async ({
  channel,
}) => {
  const exchange = unique('letters')
  await channel.assertExchange(exchange, 'direct')
  const { queue: dead } = await channel.assertQueue('', { exclusive: true })
  await channel.bindQueue(dead, exchange, 'copy')
  const { queue } = await channel.assertQueue('', { exclusive: true, deadLetterExchange: exchange })
  await publish(channel, { key: queue }, { CC: ['copy'], body: 'x' })
  await reject(channel, queue)
  const letter = await take(channel, dead)
  expect(letter.fields.routingKey).toBe(queue)
  expect(letter.properties.headers?.['CC']).toEqual(['copy'])
})

test('does not dead-letter to the keys in CC if the queue sets a routing key', async ({
  channel,
}) => {
  const { queue, dead } = await pair(channel)
  const { queue: copy } = await channel.assertQueue('', { exclusive: true })
  await publish(channel, { key: queue }, { CC: [copy] })
  await take(channel, copy)
  await reject(channel, queue)
  const letter = await take(channel, dead)
  expect(letter.properties.headers?.['x-death']?.[0]?.['routing-keys']).toEqual([queue, copy])
  expect(await channel.get(copy)).toBe(false)
})

since('4.0')('keeps the CC header of a dead letter', async ({ channel }) => {
  const { queue, dead } = await pair(channel)
  await publish(channel, { key: queue }, { CC: ['copy'] })
  await reject(channel, queue)
  expect((await take(channel, dead)).properties.headers?.['CC']).toEqual(['copy'])
})

test('drops dead letters for an exchange that does not exist', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true, deadLetterExchange: 'nope' })
  await fill(channel, queue, 'ab')
  await reject(channel, queue)
  expect(await drain(channel, queue)).toEqual(['b'])
})

test('keeps every other property of a dead letter', async ({ channel }) => {
  const { queue, dead } = await pair(channel)
  const properties = {
    contentType: 'text/plain',
    contentEncoding: 'utf-8',
    deliveryMode: 2,
    priority: 3,
    correlationId: 'c',
    replyTo: 'r',
    messageId: 'm',
    timestamp: 1_789_000_000,
    type: 't',
    appId: 'a',
  }
  await publish(channel, { key: queue }, { ...properties, persistent: true })
  await reject(channel, queue)
  expect((await take(channel, dead)).properties).toMatchObject(properties)
})

test('allows the dead letter exchange to be declared later', async ({ channel }) => {
  const exchange = unique('later')
  const { queue } = await channel.assertQueue('', { exclusive: true, deadLetterExchange: exchange })
  await fill(channel, queue, 'a')
  await channel.assertExchange(exchange, 'fanout')
  const { queue: dead } = await channel.assertQueue('', { exclusive: true })
  await channel.bindQueue(dead, exchange, '')
  await reject(channel, queue)
  expect(textOf(await take(channel, dead))).toBe('a')
})

test('keeps the order of dead letters from one queue', async ({ channel }) => {
  const { queue, dead } = await pair(channel, { messageTtl: 30 })
  const bodies = Array.from({ length: 50 }, (_, index) => `${index}`)
  await fill(channel, queue, bodies)
  await untilReady(channel, dead, 50)
  expect(await drain(channel, dead)).toEqual(bodies)
})

test('does not dead-letter messages that are purged or deleted', async ({ channel }) => {
  const { queue, dead } = await pair(channel)
  await fill(channel, queue, 'ab')
  await channel.purgeQueue(queue)
  await fill(channel, queue, 'c')
  await channel.deleteQueue(queue)
  await fill(channel, dead, ['marker'])
  expect(await drain(channel, dead)).toEqual(['marker'])
})

test('does not dead-letter a message that is requeued', async ({ channel }) => {
  const { queue, dead } = await pair(channel)
  await fill(channel, queue, 'a')
  channel.nack(await hold(channel, queue))
  expect(textOf(await take(channel, queue))).toBe('a')
  expect(await drain(channel, dead)).toEqual([])
})

test('drops a dead letter in a cycle without rejects', async ({ channel }) => {
  const [one, two] = [unique('one'), unique('two')]
  const dying = { exclusive: true, messageTtl: 20, deadLetterExchange: '' }
  await channel.assertQueue(one, { ...dying, deadLetterRoutingKey: two })
  await channel.assertQueue(two, { ...dying, deadLetterRoutingKey: one })
  const { queue: marked, dead } = await pair(channel, { messageTtl: 100 })
  await fill(channel, one, 'a')
  await fill(channel, marked, ['marker'])
  await take(channel, dead)
  for (const queue of [one, two]) await untilReady(channel, queue, 0)
})

test('keeps dead-lettering in a cycle with rejects', async ({ channel }) => {
  const name = unique('self')
  await channel.assertQueue(name, {
    exclusive: true,
    deadLetterExchange: '',
    deadLetterRoutingKey: name,
  })
  await fill(channel, name, 'a')
  for (let count = 0; count < 3; count++) await reject(channel, name)
  const headers = (await take(channel, name)).properties.headers
  expect(headers?.['x-death']).toEqual([death('rejected', name, { count: 3 })])
})

test('dead-letters to every queue of a fanout exchange', async ({ channel }) => {
  const exchange = unique('letters')
  await channel.assertExchange(exchange, 'fanout')
  const { queue } = await channel.assertQueue('', { exclusive: true, deadLetterExchange: exchange })
  const queues = [
    await channel.assertQueue('', { exclusive: true }),
    await channel.assertQueue('', { exclusive: true }),
  ]
  for (const { queue: each } of queues) await channel.bindQueue(each, exchange, '')
  await fill(channel, queue, 'a')
  await reject(channel, queue)
  for (const { queue: each } of queues) expect(textOf(await take(channel, each))).toBe('a')
})
