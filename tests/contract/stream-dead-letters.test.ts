import { expect } from 'vitest'

import { since, unique } from './support/contract.ts'
import { hold, publish } from './support/messages.ts'
import { readFrom, streamOf } from './support/streams.ts'

const test = since('4.3')

test('a stream keeps why a message was dead-lettered', async ({ channel }) => {
  const queue = await streamOf(channel, [])
  const source = unique('source')
  await channel.assertQueue(source, { deadLetterExchange: '', deadLetterRoutingKey: queue })
  await channel.bindQueue(source, 'amq.direct', source)
  await publish(channel, { exchange: 'amq.direct', key: source }, { body: 'm', headers: { a: 1 } })
  channel.nack(await hold(channel, source), false, false)
  const inbox = await readFrom(channel, queue, 'first')
  const [message] = await inbox.has(1)
  expect(message?.fields).toMatchObject({ exchange: '', routingKey: queue })
  expect(message?.properties.headers).toEqual({
    a: 1,
    'x-death': [
      {
        count: 1,
        reason: 'rejected',
        queue: source,
        time: { '!': 'timestamp', value: expect.any(Number) },
        exchange: 'amq.direct',
        'routing-keys': [source],
      },
    ],
    'x-first-death-exchange': 'amq.direct',
    'x-first-death-queue': source,
    'x-first-death-reason': 'rejected',
    'x-last-death-exchange': 'amq.direct',
    'x-last-death-queue': source,
    'x-last-death-reason': 'rejected',
    'x-stream-offset': 0,
  })
})

test('an expired message keeps its expiration in a stream', async ({ channel }) => {
  const queue = await streamOf(channel, [])
  const source = unique('source')
  await channel.assertQueue(source, { deadLetterExchange: '', deadLetterRoutingKey: queue })
  await publish(channel, { key: source }, { body: 'm', expiration: '1' })
  const inbox = await readFrom(channel, queue, 'first')
  const [message] = await inbox.has(1)
  expect(message?.properties).toMatchObject({ expiration: '1', deliveryMode: 1 })
  expect(message?.properties.headers).toMatchObject({
    'x-death': [{ 'original-expiration': '1', reason: 'expired', count: 1 }],
  })
})

test('several deaths are in the order of x-death', async ({ channel }) => {
  const queue = await streamOf(channel, [])
  const [one, other] = [unique('one'), unique('other')]
  await channel.assertQueue(one, { deadLetterExchange: '', deadLetterRoutingKey: other })
  await channel.assertQueue(other, { deadLetterExchange: '', deadLetterRoutingKey: queue })
  await publish(channel, { key: one }, { body: 'm' })
  for (const each of [one, other]) channel.nack(await hold(channel, each), false, false)
  const inbox = await readFrom(channel, queue, 'first')
  const [message] = await inbox.has(1)
  expect(message?.properties.headers).toMatchObject({
    'x-death': [{ queue: other }, { queue: one }],
    'x-first-death-queue': one,
    'x-last-death-queue': other,
  })
})
