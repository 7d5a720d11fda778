import { expect } from 'vitest'

import { unique } from '../contract/support/contract.ts'
import { take, textOf } from '../contract/support/messages.ts'
import { test } from './support/management.ts'

test('traces a virtual host between tracing being set and unset, and what the API does there', async ({
  api,
  vhost,
  channel,
}) => {
  const { queue: traces } = await channel.assertQueue('', { exclusive: true })
  await channel.bindQueue(traces, 'amq.rabbitmq.trace', '#')
  const queue = unique('traced')
  await api.put(`queues/${vhost}/${queue}`, { durable: true })
  const publish = (payload: string) =>
    api.post(`exchanges/${vhost}/amq.default/publish`, {
      routing_key: queue,
      properties: {},
      payload,
      payload_encoding: 'string',
    })

  await publish('before')
  await api.put(`vhosts/${vhost}`, { tracing: true })
  await api.put(`vhosts/${vhost}`, { description: 'a change that leaves tracing on' })
  expect((await api.get(`vhosts/${vhost}`)).body).toMatchObject({ tracing: true })
  await publish('during')
  const one = { count: 1, ackmode: 'ack_requeue_false', encoding: 'auto' }
  await api.post(`queues/${vhost}/${queue}/get`, one)
  await api.put(`vhosts/${vhost}`, { tracing: false })
  expect((await api.get(`vhosts/${vhost}`)).body).toMatchObject({ tracing: false })
  await publish('after')

  for (const [key, body] of [
    ['publish.', 'during'],
    [`deliver.${queue}`, 'before'],
  ]) {
    const trace = await take(channel, traces)
    expect([trace.fields.routingKey, textOf(trace)]).toEqual([key, body])
    expect(trace.properties.headers).toMatchObject({
      exchange_name: '',
      routing_keys: [queue],
      vhost,
      user: 'guest',
      channel: 1,
    })
  }
  expect(await channel.get(traces)).toBe(false)
})
