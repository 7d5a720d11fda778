import { expect } from 'vitest'

import { since, test, unique } from './support/contract.ts'
import { death, firstDeath, pair, reject } from './support/dead-letters.ts'
import { drain, fill, publish, take, textOf, untilReady } from './support/messages.ts'

since('4.0')('adds x-death for a rejected message to its own headers', async ({ channel }) => {
  const { queue, dead } = await pair(channel)
  await publish(channel, { key: queue }, { headers: { own: 1 }, messageId: 'm', body: 'x' })
  await reject(channel, queue)
  const letter = await take(channel, dead)
  expect(letter.properties.headers).toEqual({ own: 1, ...firstDeath('rejected', queue) })
  expect([textOf(letter), letter.properties.messageId]).toEqual(['x', 'm'])
})

since('4.0')("adds x-death for a message that expired by the queue's TTL", async ({ channel }) => {
  const { queue, dead } = await pair(channel, { messageTtl: 20 })
  await fill(channel, queue, 'a')
  expect((await take(channel, dead)).properties.headers).toEqual(firstDeath('expired', queue))
})

since('4.0')(
  'adds x-death for a message that expired by its own TTL, and removes the expiration',
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

since('4.0')('removes the expiration of a rejected message', async ({ channel }) => {
  const { queue, dead } = await pair(channel)
  await publish(channel, { key: queue }, { expiration: '60000' })
  await reject(channel, queue)
  const letter = await take(channel, dead)
  expect(letter.properties.headers).toEqual(
    firstDeath('rejected', queue, { 'original-expiration': '60000' }),
  )
  expect(letter.properties.expiration).toBeUndefined()
})

since('4.0')('adds x-death for a message dropped from a full queue', async ({ channel }) => {
  const { queue, dead } = await pair(channel, { maxLength: 1 })
  await fill(channel, queue, ['old', 'new'])
  const letter = await take(channel, dead)
  expect(textOf(letter)).toBe('old')
  expect(letter.properties.headers).toEqual(firstDeath('maxlen', queue))
  expect(await drain(channel, queue)).toEqual(['new'])
})

test('records the time in seconds', async ({ channel }) => {
  const { queue, dead } = await pair(channel)
  await fill(channel, queue, 'a')
  await reject(channel, queue)
  const headers = (await take(channel, dead)).properties.headers
  const seconds = headers?.['x-death']?.[0]?.time.value ?? 0
  expect(Math.abs(seconds - Date.now() / 1000)).toBeLessThan(60)
})

test('records the exchange and keys that the message was published with', async ({ channel }) => {
  const { queue, dead } = await pair(channel)
  await channel.bindQueue(queue, 'amq.topic', 'stock.#')
  await publish(channel, { exchange: 'amq.topic', key: 'stock.a' }, { CC: ['other.b'] })
  await reject(channel, queue)
  const [first] = (await take(channel, dead)).properties.headers?.['x-death'] ?? []
  expect(first).toMatchObject({ exchange: 'amq.topic', 'routing-keys': ['stock.a', 'other.b'] })
})

since('4.0')(
  'counts a second death of the same kind, and puts the latest first',
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

since('4.0')('counts each queue and reason separately', async ({ channel }) => {
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

since('4.0')('ignores an x-death header from a client', async ({ channel }) => {
  const { queue, dead } = await pair(channel)
  await publish(channel, { key: queue }, { expiration: '20' })
  const { headers } = (await take(channel, dead)).properties
  await publish(channel, { key: queue }, { headers })
  await reject(channel, queue)
  expect((await take(channel, dead)).properties.headers).toEqual(firstDeath('rejected', queue))
})

since('4.0')('keeps an x-death header from a client like any other header', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  const headers = { 'x-death': [{ count: 7, reason: 'expired', queue: 'q' }] }
  await publish(channel, { key: queue }, { headers })
  expect((await take(channel, queue)).properties.headers).toEqual(headers)
})

test('does not record keys in BCC', async ({ channel }) => {
  const { queue, dead } = await pair(channel)
  await publish(channel, { key: queue }, { BCC: ['hidden'] })
  await reject(channel, queue)
  const headers = (await take(channel, dead)).properties.headers
  expect(headers?.['x-death']?.[0]?.['routing-keys']).toEqual([queue])
})
