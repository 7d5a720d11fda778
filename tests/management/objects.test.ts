import { expect } from 'vitest'

import { unique } from '../contract/support/contract.ts'
import { Client } from '../contract/support/client.ts'
import { fill } from '../contract/support/messages.ts'
import { readFrom, streamOf } from '../contract/support/streams.ts'
import { everything, test, withUser } from './support/management.ts'

test('creates a queue with 201, and accepts the same declaration with 204', async ({
  api,
  vhost,
}) => {
  const path = `queues/${vhost}/${unique('q')}`
  const body = { durable: true, arguments: { 'x-max-length': 3 } }
  expect(await api.put(path, body)).toMatchObject({ status: 201, body: undefined })
  expect(await api.put(path, body)).toMatchObject({ status: 204, body: undefined })
  expect((await api.get(path)).body).toMatchObject({
    durable: true,
    auto_delete: false,
    exclusive: false,
    arguments: { 'x-max-length': 3, 'x-queue-type': 'classic' },
  })
})

test('rejects an unequal declaration with the error text that a client gets', async ({
  api,
  vhost,
}) => {
  const name = unique('q')
  const path = `queues/${vhost}/${name}`
  await api.put(path, { durable: true })
  expect(await api.put(path, { durable: true, arguments: { 'x-message-ttl': 5 } })).toMatchObject({
    status: 400,
    body: {
      error: 'bad_request',
      reason:
        `inequivalent arg 'x-message-ttl' for queue '${name}' in vhost '${vhost}': ` +
        "received the value '5' of type 'long' but current is none",
    },
  })
})

test('takes flags as JSON or as text', async ({ api, vhost }) => {
  const path = `queues/${vhost}/${unique('q')}`
  await api.put(path, { durable: 'true', auto_delete: 'false' })
  expect((await api.get(path)).body).toMatchObject({ durable: true, auto_delete: false })
})

test('declares the type of queue that is the default of the virtual host', async ({ api }) => {
  for (const type of ['quorum', 'stream']) {
    const vhost = unique('vhost')
    expect((await api.put(`vhosts/${vhost}`, { default_queue_type: type })).status).toBe(201)
    await api.put(`queues/${vhost}/q`, { durable: true })
    expect((await api.get(`queues/${vhost}/q`)).body).toMatchObject({ type })
    await api.delete(`vhosts/${vhost}`)
  }
})

test('counts ready and unacknowledged messages', async ({ api, vhost, channel }) => {
  const queue = unique('q')
  await channel.assertQueue(queue)
  await fill(channel, queue, ['a', 'bb', 'ccc'])
  await channel.get(queue)
  await expect
    .poll(async () => (await api.get(`queues/${vhost}/${queue}`)).body)
    .toMatchObject({
      messages: 3,
      messages_ready: 2,
      messages_unacknowledged: 1,
      message_bytes: 6,
      message_bytes_ready: 5,
      message_bytes_unacknowledged: 1,
    })
})

test('counts no message of a stream as unacknowledged', async ({ broker }) => {
  const { api } = broker
  const vhost = unique('vhost')
  await api.put(`vhosts/${vhost}`)
  await using user = await withUser(
    { ...broker, vhost },
    { tags: 'management', permissions: everything },
  )
  const url = new URL(broker.url)
  url.pathname = vhost
  await using client = await Client.open(url.href)
  const channel = await client.openChannel()
  const inbox = await readFrom(channel, await streamOf(channel, ['a', 'b', 'c']), 'first')
  await inbox.has(3)
  const expected = { messages: 3, messages_ready: 3, messages_unacknowledged: 0 }
  const shows = { timeout: 25_000, interval: 250 }
  await expect
    .poll(async () => (await api.get(`vhosts/${vhost}`)).body, shows)
    .toMatchObject(expected)
  await expect
    .poll(async () => (await user.api.get('overview')).body, shows)
    .toMatchObject({ queue_totals: expected })
  await api.delete(`vhosts/${vhost}`)
})

test('purges a queue, and deletes it', async ({ api, vhost, channel }) => {
  const queue = unique('q')
  await channel.assertQueue(queue)
  await fill(channel, queue, ['a'])
  const path = `queues/${vhost}/${queue}`
  expect(await api.delete(`${path}?if-empty=true`)).toMatchObject({
    status: 400,
    body: { error: 'bad_request', reason: `queue '${queue}' in vhost '${vhost}' not empty` },
  })
  expect(await api.delete(`${path}/contents`)).toMatchObject({ status: 204, body: undefined })
  expect(await channel.checkQueue(queue)).toMatchObject({ messageCount: 0 })
  expect(await api.delete(`${path}?if-empty=true`)).toMatchObject({ status: 204, body: undefined })
  expect((await api.get(path)).status).toBe(404)
})

test('does not touch the exclusive queue of a client', async ({ api, vhost, channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  const error = {
    error: 'bad_request',
    reason:
      `cannot obtain exclusive access to locked queue '${queue}' in vhost '${vhost}'. It could be ` +
      'originally declared on another connection or the exclusive property value does not match ' +
      'that of the original declaration.',
  }
  const path = `queues/${vhost}/${queue}`
  expect(await api.delete(path)).toMatchObject({ status: 400, body: error })
  expect(await api.delete(`${path}/contents`)).toMatchObject({ status: 400, body: error })
})

test('creates an exchange, of type direct unless told otherwise', async ({ api, vhost }) => {
  const path = `exchanges/${vhost}/${unique('e')}`
  expect(await api.put(path)).toMatchObject({ status: 201, body: undefined })
  expect(await api.put(path, { type: 'direct' })).toMatchObject({ status: 204 })
  expect((await api.get(path)).body).toMatchObject({
    type: 'direct',
    durable: false,
    auto_delete: false,
    internal: false,
    arguments: {},
  })
  expect(await api.delete(path)).toMatchObject({ status: 204, body: undefined })
})

test('names the default exchange amq.default', async ({ api, vhost }) => {
  expect((await api.get(`exchanges/${vhost}/amq.default`)).body).toMatchObject({
    name: '',
    type: 'direct',
  })
})

test('binds, and says under which name the binding can be deleted', async ({ api, vhost }) => {
  const [exchange, queue] = [unique('e'), unique('q')]
  await api.put(`exchanges/${vhost}/${exchange}`)
  await api.put(`queues/${vhost}/${queue}`, { durable: true })
  const path = `bindings/${vhost}/e/${exchange}/q/${queue}`
  expect(await api.post(path)).toMatchObject({ status: 201, location: `${queue}/~` })
  const key = 'a/b c~ü'
  const bound = await api.post(path, { routing_key: key })
  expect(bound).toMatchObject({ status: 201, location: `${queue}/a%252Fb%2Bc%257E%25C3%25BC` })
  const binding = { source: exchange, vhost, destination: queue, destination_type: 'queue' }
  expect((await api.get(path)).body).toEqual([
    { ...binding, routing_key: '', arguments: {}, properties_key: '~' },
    { ...binding, routing_key: key, arguments: {}, properties_key: 'a%2Fb+c%7E%C3%BC' },
  ])
  expect((await api.get(`${path}/~`)).body).toMatchObject({ routing_key: '' })
  expect(await api.delete(`${path}/~`)).toMatchObject({ status: 204, body: undefined })
  expect(await api.delete(`${path}/~`)).toMatchObject({ status: 404 })
})

test('deletes a binding with arguments under the name that it was listed with', async ({
  api,
  vhost,
}) => {
  const queue = unique('q')
  await api.put(`queues/${vhost}/${queue}`, { durable: true })
  const path = `bindings/${vhost}/e/amq.headers/q/${queue}`
  await api.post(path, { routing_key: 'k', arguments: { 'x-match': 'all', a: 1 } })
  const [binding] = (await api.get(path)).body as { properties_key: string }[]
  expect(binding?.properties_key).toMatch(/^k~[\w-]{6}$/)
  const { status } = await api.delete(
    `${path}/${encodeURIComponent(binding?.properties_key ?? '')}`,
  )
  expect(status).toBe(204)
  expect((await api.get(path)).body).toEqual([])
})

test('binds an exchange to an exchange', async ({ api, vhost }) => {
  const exchange = unique('e')
  await api.put(`exchanges/${vhost}/${exchange}`, { type: 'fanout' })
  const path = `bindings/${vhost}/e/amq.topic/e/${exchange}`
  expect(await api.post(path, { routing_key: 'r' })).toMatchObject({ status: 201 })
  const expected = {
    source: 'amq.topic',
    vhost,
    destination: exchange,
    destination_type: 'exchange',
    routing_key: 'r',
    arguments: {},
    properties_key: 'r',
  }
  expect((await api.get(`exchanges/${vhost}/${exchange}/bindings/destination`)).body).toEqual([
    expected,
  ])
  expect((await api.get(`exchanges/${vhost}/amq.topic/bindings/source`)).body).toContainEqual(
    expected,
  )
  expect(await api.delete(`${path}/r`)).toMatchObject({ status: 204 })
})

test('lists the binding to the default exchange that every queue has', async ({ api, vhost }) => {
  const queue = unique('q')
  await api.put(`queues/${vhost}/${queue}`, { durable: true })
  const expected = {
    source: '',
    vhost,
    destination: queue,
    destination_type: 'queue',
    routing_key: queue,
    arguments: {},
    properties_key: queue,
  }
  expect((await api.get(`queues/${vhost}/${queue}/bindings`)).body).toEqual([expected])
  expect((await api.get(`bindings/${vhost}/e/amq.default/q/${queue}`)).body).toEqual([expected])
  expect((await api.get(`bindings/${vhost}`)).body).toContainEqual(expected)
  const ofDefault = `exchanges/${vhost}/amq.default/bindings`
  expect((await api.get(`${ofDefault}/source`)).body).toContainEqual(expected)
  expect((await api.get(`${ofDefault}/destination`)).body).toEqual([])
})

test('rebalances the leaders of queues', async ({ api }) => {
  expect(await api.post('rebalance/queues')).toMatchObject({ status: 204 })
})
