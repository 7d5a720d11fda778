import { vi } from 'vitest'

import { unique } from '../contract/support/contract.ts'
import { fill, take } from '../contract/support/messages.ts'
import { readFrom, streamOf } from '../contract/support/streams.ts'
import type { Api } from './support/api.ts'
import { test } from './support/management.ts'

// RabbitMQ's statistics are up to five seconds old, so these wait together.
vi.setConfig({ maxConcurrency: 20, testTimeout: 60_000, expect: { poll: { timeout: 25_000 } } })

function statsOf(api: Api, path: string) {
  return async (): Promise<unknown> => {
    const { body } = await api.get(path)
    return (body as { readonly message_stats?: unknown }).message_stats
  }
}

test.concurrent('counts the messages that enter and leave a queue', async ({
  api,
  vhost,
  channel,
  expect,
}) => {
  const queue = unique('q')
  await channel.assertQueue(queue)
  await fill(channel, queue, ['a', 'b', 'c', 'd'])
  await take(channel, queue)
  const first = await channel.get(queue)
  if (first !== false) channel.nack(first, false, true)
  await channel.consume(queue, (message) => message !== null && channel.ack(message))
  await expect.poll(statsOf(api, `queues/${vhost}/${queue}`)).toMatchObject({
    publish: 4,
    get_no_ack: 1,
    get: 1,
    deliver: 3,
    deliver_no_ack: 0,
    deliver_get: 5,
    redeliver: 1,
    ack: 3,
  })
})

test.concurrent('counts deliveries that need no acknowledgement', async ({
  api,
  vhost,
  channel,
  expect,
}) => {
  const queue = unique('q')
  await channel.assertQueue(queue)
  await fill(channel, queue, ['a', 'b'])
  await channel.consume(queue, () => {}, { noAck: true })
  await expect.poll(statsOf(api, `queues/${vhost}/${queue}`)).toMatchObject({
    publish: 2,
    deliver: 0,
    deliver_no_ack: 2,
    deliver_get: 2,
    ack: 0,
    publish_details: { rate: expect.any(Number) },
  })
})

test.concurrent('counts the messages of a stream', async ({ api, vhost, channel, expect }) => {
  const queue = await streamOf(channel, ['a', 'b', 'c'])
  const inbox = await readFrom(channel, queue, 'first')
  const [first] = await inbox.has(3)
  if (first !== undefined) channel.ack(first)
  await expect.poll(statsOf(api, `queues/${vhost}/${queue}`)).toMatchObject({
    publish: 3,
    deliver: 3,
    deliver_no_ack: 0,
    deliver_get: 3,
    redeliver: 0,
    ack: 1,
  })
})

test.concurrent('says nothing about a queue that no message came to', async ({
  api,
  vhost,
  expect,
}) => {
  const path = `queues/${vhost}/${unique('q')}`
  await api.put(path, { durable: true })
  expect(await statsOf(api, path)()).toBeUndefined()
})
