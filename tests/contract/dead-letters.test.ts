import type { ConfirmChannel, Options } from 'amqplib'
import { expect } from 'vitest'

import { since, test, unique } from './support/contract.ts'
import { drain, fill, hold, publish, take, textOf, untilReady } from './support/messages.ts'

/** A queue of the connection whose dead letters come to the other queue, by the default exchange. */
async function pair(
  channel: ConfirmChannel,
  options: Options.AssertQueue = {},
): Promise<{ queue: string; dead: string }> {
  const { queue: dead } = await channel.assertQueue('', { exclusive: true })
  const { queue } = await channel.assertQueue('', {
    exclusive: true,
    deadLetterExchange: '',
    deadLetterRoutingKey: dead,
    ...options,
  })
  return { queue, dead }
}

const now = { '!': 'timestamp', value: expect.any(Number) }

function death(reason: string, queue: string, more: object = {}): object {
  return { count: 1, reason, queue, time: now, exchange: '', 'routing-keys': [queue], ...more }
}

/** All headers that a first death writes. */
function firstDeath(reason: string, queue: string, more: object = {}): object {
  return {
    'x-death': [death(reason, queue, more)],
    'x-first-death-exchange': '',
    'x-first-death-queue': queue,
    'x-first-death-reason': reason,
    'x-last-death-exchange': '',
    'x-last-death-queue': queue,
    'x-last-death-reason': reason,
  }
}

async function reject(channel: ConfirmChannel, queue: string): Promise<void> {
  channel.reject(await hold(channel, queue), false)
}

since('4.3')('says redelivered of a dead letter that was delivered before', async ({ channel }) => {
  const { queue, dead } = await pair(channel)
  await fill(channel, queue, 'a')
  await reject(channel, queue)
  const letter = await take(channel, dead)
  expect(letter.fields).toMatchObject({ redelivered: true, exchange: '', routingKey: dead })
})

test('does not say redelivered of a dead letter that was never delivered', async ({ channel }) => {
  const { queue, dead } = await pair(channel, { messageTtl: 20 })
  await fill(channel, queue, 'a')
  const letter = await take(channel, dead)
  expect(letter.fields).toMatchObject({ redelivered: false, exchange: '', routingKey: dead })
})

since('4.0')('writes how a rejected message died beside its own headers', async ({ channel }) => {
  const { queue, dead } = await pair(channel)
  await publish(channel, { key: queue }, { headers: { own: 1 }, messageId: 'm', body: 'x' })
  await reject(channel, queue)
  const letter = await take(channel, dead)
  expect(letter.properties.headers).toEqual({ own: 1, ...firstDeath('rejected', queue) })
  expect([textOf(letter), letter.properties.messageId]).toEqual(['x', 'm'])
})

since('4.0')('writes how a message died by the time of the queue', async ({ channel }) => {
  const { queue, dead } = await pair(channel, { messageTtl: 20 })
  await fill(channel, queue, 'a')
  expect((await take(channel, dead)).properties.headers).toEqual(firstDeath('expired', queue))
})

since('4.0')(
  'writes how a message died by its own time, and takes the time off',
  async ({ channel }) => {
    const { queue, dead } = await pair(channel)
    await publish(channel, { key: queue }, { expiration: '20' })
    const letter = await take(channel, dead)
    expect(letter.properties.headers).toEqual(
      firstDeath('expired', queue, { 'original-expiration': '20' }),
    )
    expect(letter.properties.expiration).toBeUndefined()
  },
)

since('4.0')('takes the time off a message that was rejected', async ({ channel }) => {
  const { queue, dead } = await pair(channel)
  await publish(channel, { key: queue }, { expiration: '60000' })
  await reject(channel, queue)
  const letter = await take(channel, dead)
  expect(letter.properties.headers).toEqual(
    firstDeath('rejected', queue, { 'original-expiration': '60000' }),
  )
  expect(letter.properties.expiration).toBeUndefined()
})

since('4.0')('writes how a message died of a full queue', async ({ channel }) => {
  const { queue, dead } = await pair(channel, { maxLength: 1 })
  await fill(channel, queue, ['old', 'new'])
  const letter = await take(channel, dead)
  expect(textOf(letter)).toBe('old')
  expect(letter.properties.headers).toEqual(firstDeath('maxlen', queue))
  expect(await drain(channel, queue)).toEqual(['new'])
})

test('writes the time of the death in seconds', async ({ channel }) => {
  const { queue, dead } = await pair(channel)
  await fill(channel, queue, 'a')
  await reject(channel, queue)
  const headers = (await take(channel, dead)).properties.headers
  const seconds = headers?.['x-death']?.[0]?.time.value ?? 0
  expect(Math.abs(seconds - Date.now() / 1000)).toBeLessThan(60)
})

test('writes the exchange and the keys that the message was published with', async ({
  channel,
}) => {
  const { queue, dead } = await pair(channel)
  await channel.bindQueue(queue, 'amq.topic', 'stock.#')
  await publish(channel, { exchange: 'amq.topic', key: 'stock.a' }, { CC: ['other.b'] })
  await reject(channel, queue)
  const [first] = (await take(channel, dead)).properties.headers?.['x-death'] ?? []
  expect(first).toMatchObject({ exchange: 'amq.topic', 'routing-keys': ['stock.a', 'other.b'] })
})

since('4.0')(
  'counts a second death of the same kind, and puts the last one first',
  async ({ channel }) => {
    const waiting = unique('waiting')
    const { queue } = await channel.assertQueue('', {
      exclusive: true,
      deadLetterExchange: '',
      deadLetterRoutingKey: waiting,
    })
    const back = { deadLetterExchange: '', deadLetterRoutingKey: queue, messageTtl: 20 }
    await channel.assertQueue(waiting, { exclusive: true, ...back })
    await fill(channel, queue, 'a')
    for (let count = 0; count < 2; count++) await reject(channel, queue)
    expect((await take(channel, queue)).properties.headers).toEqual({
      'x-death': [death('expired', waiting, { count: 2 }), death('rejected', queue, { count: 2 })],
      'x-first-death-exchange': '',
      'x-first-death-queue': queue,
      'x-first-death-reason': 'rejected',
      'x-last-death-exchange': '',
      'x-last-death-queue': waiting,
      'x-last-death-reason': 'expired',
    })
  },
)

since('4.0')('counts each queue and each reason for itself', async ({ channel }) => {
  const [queue, aside] = [unique('queue'), unique('aside')]
  const letters = { exclusive: true, deadLetterExchange: '' }
  await channel.assertQueue(queue, { ...letters, deadLetterRoutingKey: aside, maxLength: 1 })
  await channel.assertQueue(aside, { ...letters, deadLetterRoutingKey: queue })
  await fill(channel, queue, 'a')
  for (const each of [queue, aside]) await reject(channel, each)
  await untilReady(channel, queue, 1)
  await fill(channel, queue, 'b')
  const deaths = (await take(channel, aside)).properties.headers?.['x-death']
  expect(deaths?.map((each) => [each.reason, each.queue, each.count])).toEqual([
    ['maxlen', queue, 1],
    ['rejected', aside, 1],
    ['rejected', queue, 1],
  ])
})

since('4.0')('does not read deaths that a client wrote', async ({ channel }) => {
  const { queue, dead } = await pair(channel)
  await publish(channel, { key: queue }, { expiration: '20' })
  const { headers } = (await take(channel, dead)).properties
  await publish(channel, { key: queue }, { headers })
  await reject(channel, queue)
  expect((await take(channel, dead)).properties.headers).toEqual(firstDeath('rejected', queue))
})

since('4.0')('carries deaths that a client wrote like any other header', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  const headers = { 'x-death': [{ count: 7, reason: 'expired', queue: 'q' }] }
  await publish(channel, { key: queue }, { headers })
  expect((await take(channel, queue)).properties.headers).toEqual(headers)
})

test('keeps the key of the message if the queue sets none', async ({ channel }) => {
  const exchange = unique('letters')
  await channel.assertExchange(exchange, 'topic')
  const { queue: dead } = await channel.assertQueue('', { exclusive: true })
  await channel.bindQueue(dead, exchange, '#')
  const { queue } = await channel.assertQueue('', { exclusive: true, deadLetterExchange: exchange })
  await fill(channel, queue, 'a')
  await reject(channel, queue)
  expect((await take(channel, dead)).fields).toMatchObject({ exchange, routingKey: queue })
})

test('sends the copies of CC to the dead letters if the queue sets no key', async ({ channel }) => {
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

test('sends no dead letter to the keys of CC if the queue sets a key', async ({ channel }) => {
  const { queue, dead } = await pair(channel)
  const { queue: copy } = await channel.assertQueue('', { exclusive: true })
  await publish(channel, { key: queue }, { CC: [copy] })
  await take(channel, copy)
  await reject(channel, queue)
  const letter = await take(channel, dead)
  expect(letter.properties.headers?.['x-death']?.[0]?.['routing-keys']).toEqual([queue, copy])
  expect(await channel.get(copy)).toBe(false)
})

since('4.0')('leaves the header CC on a dead letter', async ({ channel }) => {
  const { queue, dead } = await pair(channel)
  await publish(channel, { key: queue }, { CC: ['copy'] })
  await reject(channel, queue)
  expect((await take(channel, dead)).properties.headers?.['CC']).toEqual(['copy'])
})

test('writes no key of BCC', async ({ channel }) => {
  const { queue, dead } = await pair(channel)
  await publish(channel, { key: queue }, { BCC: ['hidden'] })
  await reject(channel, queue)
  const headers = (await take(channel, dead)).properties.headers
  expect(headers?.['x-death']?.[0]?.['routing-keys']).toEqual([queue])
})

test('drops dead letters for an exchange that is not there', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true, deadLetterExchange: 'nope' })
  await fill(channel, queue, 'ab')
  await reject(channel, queue)
  expect(await drain(channel, queue)).toEqual(['b'])
})

test('takes a dead letter exchange that is declared later', async ({ channel }) => {
  const exchange = unique('later')
  const { queue } = await channel.assertQueue('', { exclusive: true, deadLetterExchange: exchange })
  await fill(channel, queue, 'a')
  await channel.assertExchange(exchange, 'fanout')
  const { queue: dead } = await channel.assertQueue('', { exclusive: true })
  await channel.bindQueue(dead, exchange, '')
  await reject(channel, queue)
  expect(textOf(await take(channel, dead))).toBe('a')
})

test('gives the dead letters of one queue in their order', async ({ channel }) => {
  const { queue, dead } = await pair(channel, { messageTtl: 30 })
  const bodies = Array.from({ length: 50 }, (_, index) => `${index}`)
  await fill(channel, queue, bodies)
  await untilReady(channel, dead, 50)
  expect(await drain(channel, dead)).toEqual(bodies)
})

test('makes no dead letters of a purge or a delete', async ({ channel }) => {
  const { queue, dead } = await pair(channel)
  await fill(channel, queue, 'ab')
  await channel.purgeQueue(queue)
  await fill(channel, queue, 'c')
  await channel.deleteQueue(queue)
  await fill(channel, dead, ['marker'])
  expect(await drain(channel, dead)).toEqual(['marker'])
})

test('makes no dead letter of a message that is requeued', async ({ channel }) => {
  const { queue, dead } = await pair(channel)
  await fill(channel, queue, 'a')
  channel.nack(await hold(channel, queue))
  expect(textOf(await take(channel, queue))).toBe('a')
  expect(await drain(channel, dead)).toEqual([])
})

test('ends a circle of dead letters that nobody touched', async ({ channel }) => {
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

test('goes on in a circle that somebody rejects in', async ({ channel }) => {
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

test('gives dead letters to every queue of a fanout exchange', async ({ channel }) => {
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
