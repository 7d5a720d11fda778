import { expect } from 'vitest'

import { unique } from '../contract/support/contract.ts'
import { test } from './support/management.ts'

/** What a virtual host contains after `definitions` were imported. */
const definitions = {
  exchanges: [
    {
      name: 'logs',
      type: 'topic',
      durable: true,
      auto_delete: false,
      arguments: { 'alternate-exchange': 'amq.fanout' },
    },
  ],
  queues: [
    {
      name: 'orders',
      type: 'quorum',
      durable: true,
      auto_delete: false,
      arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 3 },
    },
  ],
  bindings: [
    {
      source: 'logs',
      destination: 'orders',
      destination_type: 'queue',
      routing_key: '#',
      arguments: {},
    },
  ],
  policies: [
    {
      name: 'short',
      pattern: '^orders$',
      'apply-to': 'queues',
      definition: { 'max-length': 7 },
      priority: 1,
    },
  ],
}

test('imports into one virtual host what was exported from another', async ({ api }) => {
  const [from, to] = [unique('from'), unique('to')]
  for (const vhost of [from, to]) await api.put(`vhosts/${vhost}`)
  expect(await api.post(`definitions/${from}`, definitions)).toMatchObject({
    status: 204,
    body: undefined,
  })
  const { body: exported } = await api.get(`definitions/${from}`)
  expect(exported).toMatchObject(definitions)
  await api.post(`definitions/${to}`, exported)
  expect((await api.get(`definitions/${to}`)).body).toMatchObject(definitions)
  expect((await api.get(`queues/${to}/orders`)).body).toMatchObject({ type: 'quorum' })
  for (const vhost of [from, to]) await api.delete(`vhosts/${vhost}`)
})

test('leaves a queue alone that exists with other arguments', async ({ api, vhost }) => {
  const name = unique('q')
  await api.put(`queues/${vhost}/${name}`, { durable: true })
  const queue = { name, vhost, durable: true, auto_delete: false, arguments: { 'x-max-length': 1 } }
  expect(await api.post('definitions', { queues: [queue] })).toMatchObject({ status: 204 })
  expect((await api.get(`queues/${vhost}/${name}?columns=arguments`)).body).toEqual({
    arguments: { 'x-queue-type': 'classic' },
  })
})

test('imports users with their hashes, virtual hosts and permissions', async ({ api }) => {
  const [name, vhost] = [unique('user'), unique('vhost')]
  const { body: guest } = await api.get('users/guest')
  const { password_hash, hashing_algorithm } = guest as Record<string, unknown>
  const permissions = { user: name, vhost, configure: '.*', write: '.*', read: '.*' }
  const all = {
    users: [{ name, password_hash, hashing_algorithm, tags: ['management'], limits: {} }],
    vhosts: [{ name: vhost, metadata: { description: 'd', tags: ['t'] } }],
    permissions: [permissions],
    queues: [{ name: 'q', vhost, durable: true, auto_delete: false, arguments: {} }],
  }
  expect(await api.post('definitions', all)).toMatchObject({ status: 204, body: undefined })
  const own = api.as(name, 'guest')
  expect((await own.get(`queues/${vhost}?columns=name`)).body).toEqual([{ name: 'q' }])
  expect((await api.get(`vhosts/${vhost}`)).body).toMatchObject({ description: 'd', tags: ['t'] })
  const { body: exported } = await api.get('definitions')
  expect(exported).toMatchObject({
    users: expect.arrayContaining([expect.objectContaining({ name, password_hash })]),
    permissions: expect.arrayContaining([permissions]),
    vhosts: expect.arrayContaining([expect.objectContaining({ name: vhost })]),
  })
  await api.delete(`users/${name}`)
  await api.delete(`vhosts/${vhost}`)
})

test('exports queues only if they are durable', async ({ api, vhost, channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  const exchange = unique('transient')
  await channel.assertExchange(exchange, 'fanout', { durable: false })
  const { queues, exchanges } = (await api.get(`definitions/${vhost}`)).body as Record<
    string,
    readonly { readonly name: string }[]
  >
  expect(queues).not.toContainEqual(expect.objectContaining({ name: queue }))
  expect(exchanges).toContainEqual(expect.objectContaining({ name: exchange, durable: false }))
})

test('takes the file of a form, as curl and web pages send it', async ({ api, vhost }) => {
  const name = unique('q')
  const form = new FormData()
  const queues = [{ name, vhost, durable: true, auto_delete: false, arguments: {} }]
  form.set('file', new Blob([JSON.stringify({ queues })]), 'definitions.json')
  const encoded = new Response(form)
  const answer = await api.request('POST', 'definitions', {
    body: await encoded.text(),
    headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
  })
  expect(answer).toMatchObject({ status: 204 })
  expect((await api.get(`queues/${vhost}/${name}`)).status).toBe(200)
})
