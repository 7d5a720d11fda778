import { expect } from 'vitest'

import { unique } from '../contract/support/contract.ts'
import { publish, take, textOf } from '../contract/support/messages.ts'
import type { Api } from './support/api.ts'
import { test } from './support/management.ts'

const text = { properties: {}, payload: 'hello', payload_encoding: 'string' }

/** What a message must look like that was published with `text`. */
const hello = {
  payload: 'hello',
  payload_bytes: 5,
  payload_encoding: 'string',
  exchange: '',
  redelivered: false,
  properties: [],
}

function send(api: Api, vhost: string, body: object) {
  return api.post(`exchanges/${vhost}/amq.default/publish`, { ...text, ...body })
}

function get(api: Api, path: string, body: object = {}) {
  return api.post(`${path}/get`, {
    count: 1,
    ackmode: 'ack_requeue_true',
    encoding: 'auto',
    ...body,
  })
}

async function newQueue(api: Api, vhost: string) {
  const queue = unique('q')
  const path = `queues/${vhost}/${queue}`
  await api.put(path, { durable: true })
  return { queue, path }
}

test('publishes, and says whether a queue got the message', async ({ api, vhost, channel }) => {
  const { queue } = await newQueue(api, vhost)
  expect(await send(api, vhost, { routing_key: queue })).toMatchObject({
    status: 200,
    body: { routed: true },
  })
  expect(textOf(await take(channel, queue))).toBe('hello')
  expect(await send(api, vhost, { routing_key: unique('nope') })).toMatchObject({
    status: 200,
    body: { routed: false },
  })
})

test('says that a queue is full', async ({ api, vhost }) => {
  const queue = unique('q')
  const full = { 'x-max-length': 1, 'x-overflow': 'reject-publish' }
  await api.put(`queues/${vhost}/${queue}`, { durable: true, arguments: full })
  expect((await send(api, vhost, { routing_key: queue })).body).toEqual({ routed: true })
  expect(await send(api, vhost, { routing_key: queue })).toMatchObject({
    status: 400,
    body: {
      error: 'bad_request',
      reason: 'rejected Unable to publish message. Check queue limits.',
    },
  })
})

test('publishes every property, and any bytes', async ({ api, vhost, channel }) => {
  const { queue } = await newQueue(api, vhost)
  const properties = {
    content_type: 'text/plain',
    content_encoding: 'identity',
    headers: { a: 1, b: [1, 'x'], c: { d: true }, f: 1.5 },
    delivery_mode: 2,
    priority: 3,
    correlation_id: 'c',
    reply_to: 'r',
    expiration: '100000',
    message_id: 'm',
    timestamp: 17,
    type: 't',
    user_id: 'guest',
    app_id: 'a',
    cluster_id: 'cl',
  }
  const sent = { routing_key: queue, properties, payload: '/wAB', payload_encoding: 'base64' }
  await send(api, vhost, sent)
  const [message] = (await get(api, `queues/${vhost}/${queue}`)).body as unknown[]
  expect(message).toEqual({
    ...hello,
    properties,
    payload: '/wAB',
    payload_encoding: 'base64',
    payload_bytes: 3,
    routing_key: queue,
    message_count: 0,
  })
  const received = await take(channel, queue)
  expect(received.content).toEqual(Buffer.from([255, 0, 1]))
  expect(received.properties.headers).toEqual(properties.headers)
})

test('ignores properties that AMQP does not have', async ({ api, vhost }) => {
  const { queue, path } = await newQueue(api, vhost)
  await send(api, vhost, { routing_key: queue, properties: { zz: 1 } })
  expect((await get(api, path)).body).toMatchObject([{ properties: [] }])
})

test('gets messages and requeues them', async ({ api, vhost, channel }) => {
  const { queue, path } = await newQueue(api, vhost)
  await publish(channel, { key: queue }, { body: 'hello' })
  await publish(channel, { key: queue }, { body: 'ü' })
  const first = { ...hello, routing_key: queue, message_count: 1 }
  const second = { ...hello, payload: 'ü', payload_bytes: 2, routing_key: queue, message_count: 0 }
  const properties = { headers: {} }
  expect((await get(api, path, { count: 5 })).body).toEqual([
    { ...first, properties },
    { ...second, properties },
  ])
  const again = (await get(api, path, { count: 5 })).body
  expect(again).toMatchObject([{ redelivered: true }, { redelivered: true }])
})

test('gets messages and removes them', async ({ api, vhost, channel }) => {
  const { queue, path } = await newQueue(api, vhost)
  for (const body of ['a', 'b', 'c']) await publish(channel, { key: queue }, { body })
  const options = { ackmode: 'ack_requeue_false' }
  expect((await get(api, path, options)).body).toMatchObject([{ payload: 'a', message_count: 2 }])
  expect((await get(api, path, { ...options, count: -1 })).body).toMatchObject([
    { payload: 'b' },
    { payload: 'c' },
  ])
  expect((await get(api, path, options)).body).toEqual([])
})

test('rejects messages, with or without requeueing them', async ({ api, vhost, channel }) => {
  const { queue, path } = await newQueue(api, vhost)
  await publish(channel, { key: queue }, { body: 'a' })
  const again = { ackmode: 'reject_requeue_true' }
  expect((await get(api, path, again)).body).toMatchObject([{ redelivered: false }])
  const drop = { ackmode: 'reject_requeue_false' }
  expect((await get(api, path, drop)).body).toMatchObject([{ redelivered: true }])
  expect((await get(api, path)).body).toEqual([])
})

test('truncates payloads, and encodes them on request', async ({ api, vhost, channel }) => {
  const { queue, path } = await newQueue(api, vhost)
  await publish(channel, { key: queue }, { body: 'hello' })
  expect((await get(api, path, { truncate: 2 })).body).toMatchObject([
    { payload: 'he', payload_bytes: 5, payload_encoding: 'string' },
  ])
  expect(
    (await get(api, path, { truncate: '2', encoding: 'base64', count: '1' })).body,
  ).toMatchObject([{ payload: 'aGU=', payload_bytes: 5, payload_encoding: 'base64' }])
})

test('rejects options that make no sense', async ({ api, vhost }) => {
  const { path } = await newQueue(api, vhost)
  const reasons = [
    [
      { ackmode: 'zz' },
      'Invalid ackmode value: zz. Valid values are: ack_requeue_true, ack_requeue_false, ' +
        'reject_requeue_true, reject_requeue_false',
    ],
    [{ encoding: 'zz' }, 'Unsupported encoding. Please use auto or base64.'],
    [{ count: 'x' }, ['not_integer', 'x']],
  ] as const
  for (const [body, reason] of reasons)
    expect(await get(api, path, body)).toMatchObject({
      status: 400,
      body: { error: 'bad_request', reason },
    })
})
