import { connect } from 'amqplib'
import { expect } from 'vitest'

import { Client } from '../contract/support/client.ts'
import { unique } from '../contract/support/contract.ts'
import type { Api } from './support/api.ts'
import { everything, test, withUser, type ManagedBroker } from './support/management.ts'

function urlFor({ url }: ManagedBroker, name: string, password = 'secret'): string {
  const own = new URL(url)
  own.username = name
  own.password = password
  return own.href
}

test('creates a user, and lists the tags', async ({ api }) => {
  const name = unique('user')
  const path = `users/${name}`
  const body = { password: 'secret', tags: 'management, monitoring' }
  expect(await api.put(path, body)).toMatchObject({ status: 201, body: undefined })
  expect(await api.put(path, { password: 'secret', tags: ['management'] })).toMatchObject({
    status: 204,
  })
  expect((await api.get(path)).body).toEqual({
    name,
    tags: ['management'],
    hashing_algorithm: 'rabbit_password_hashing_sha256',
    password_hash: expect.stringMatching(/^[\w+/]{48}$/),
    limits: {},
  })
  expect((await api.get('users/without-permissions')).body).toContainEqual(
    expect.objectContaining({ name }),
  )
  expect(await api.post('users/bulk-delete', { users: [name] })).toMatchObject({ status: 204 })
  expect((await api.get(path)).status).toBe(404)
})

test('lets a user log in whose password is given as a hash', async ({ broker, api, vhost }) => {
  const name = unique('user')
  const hash = 'FfBTjU3U/1YKX5Cr+1/KfeThlG/y+VFkKthL9GycE34tQWeX'
  await api.put(`users/${name}`, { password_hash: hash, tags: 'management' })
  await api.put(`permissions/${vhost}/${name}`, everything)
  expect((await api.as(name, 'secret').get('whoami')).body).toEqual({
    name,
    tags: ['management'],
    is_internal_user: true,
  })
  await using _client = await Client.open(urlFor(broker, name))
  await expect(connect(urlFor(broker, name, 'wrong'))).rejects.toThrow(/ACCESS_REFUSED|403/)
  await api.delete(`users/${name}`)
})

test('does not let a user without a password or with an empty one log in', async ({
  broker,
  api,
  vhost,
}) => {
  for (const password of [{}, { password: '' }]) {
    const name = unique('user')
    await api.put(`users/${name}`, { ...password, tags: 'management' })
    await api.put(`permissions/${vhost}/${name}`, everything)
    expect((await api.as(name, '').get('whoami')).status).toBe(401)
    await expect(connect(urlFor(broker, name, ''))).rejects.toThrow(/ACCESS_REFUSED|403/)
    await api.delete(`users/${name}`)
  }
})

test('sets, shows and removes permissions', async ({ broker, api, vhost }) => {
  await using user = await withUser(broker, { tags: '' })
  const path = `permissions/${vhost}/${user.name}`
  const permissions = { configure: '^a', write: '.*', read: '' }
  expect(await api.put(path, permissions)).toMatchObject({ status: 201, body: undefined })
  expect(await api.put(path, permissions)).toMatchObject({ status: 204, body: undefined })
  const expected = { user: user.name, vhost, ...permissions }
  expect((await api.get(path)).body).toEqual(expected)
  expect((await api.get(`users/${user.name}/permissions`)).body).toEqual([expected])
  expect((await api.get(`vhosts/${vhost}/permissions`)).body).toContainEqual(expected)
  expect((await api.get('permissions')).body).toContainEqual(expected)
  expect(await api.delete(path)).toMatchObject({ status: 204, body: undefined })
  expect((await api.get(path)).status).toBe(404)
})

test('gives the permissions for a new virtual host to the user who creates it', async ({ api }) => {
  const vhost = unique('vhost')
  expect(await api.put(`vhosts/${vhost}`)).toMatchObject({ status: 201, body: undefined })
  expect(await api.put(`vhosts/${vhost}`)).toMatchObject({ status: 204, body: undefined })
  expect((await api.get(`vhosts/${vhost}/permissions`)).body).toEqual([
    { user: 'guest', vhost, ...everything },
  ])
  expect(await api.delete(`vhosts/${vhost}`)).toMatchObject({ status: 204, body: undefined })
})

test('applies new permissions to a client that is connected', async ({ broker, api, vhost }) => {
  await using user = await withUser(broker, { tags: '', permissions: everything })
  await using client = await Client.open(urlFor(broker, user.name))
  await api.put(`permissions/${vhost}/${user.name}`, { ...everything, configure: '' })
  const channel = await client.openChannel()
  await expect(channel.assertQueue(unique('q'))).rejects.toMatchObject({ code: 403 })
})

test('checks the permissions of a user of the API like those of a client', async ({
  broker,
  api,
  vhost,
}) => {
  const permissions = { configure: '^own', write: '^own', read: '^own' }
  await using user = await withUser(broker, { tags: 'management', permissions })
  const queue = unique('other')
  await api.put(`queues/${vhost}/${queue}`, { durable: true })
  const refused = { status: 401, body: { error: 'not_authorised', reason: 'Access refused.' } }
  const path = `queues/${vhost}/${queue}`
  expect(await user.api.put(`queues/${vhost}/own`, { durable: true })).toMatchObject({
    status: 201,
  })
  expect(await user.api.put(path, { durable: true })).toMatchObject(refused)
  expect(await user.api.delete(path)).toMatchObject(refused)
  expect(await user.api.delete(`${path}/contents`)).toMatchObject(refused)
  expect((await user.api.get(path)).status).toBe(200)
  const got = { count: 1, ackmode: 'ack_requeue_true', encoding: 'auto' }
  expect(await user.api.post(`${path}/get`, got)).toMatchObject({
    status: 401,
    body: {
      error: 'not_authorised',
      reason:
        `ACCESS_REFUSED - read access to queue '${queue}' in vhost '${vhost}' refused for user ` +
        `'${user.name}'`,
    },
  })
  const message = { routing_key: queue, properties: {}, payload: '', payload_encoding: 'string' }
  expect(await user.api.post(`exchanges/${vhost}/amq.default/publish`, message)).toMatchObject({
    status: 400,
    body: {
      error: 'bad_request',
      reason:
        `403 ACCESS_REFUSED - write access to exchange 'amq.default' in vhost '${vhost}' refused ` +
        `for user '${user.name}'`,
    },
  })
})

/** The status and reason of requests, for a user with permissions in the virtual host. */
const requests: readonly (readonly [method: string, path: string])[] = [
  ['GET', 'overview'],
  ['GET', 'whoami'],
  ['GET', 'queues'],
  ['GET', 'queues/VHOST'],
  ['GET', 'connections'],
  ['GET', 'vhosts'],
  ['GET', 'policies'],
  ['GET', 'operator-policies'],
  ['GET', 'extensions'],
  ['GET', 'feature-flags'],
  ['GET', 'cluster-name'],
  ['GET', 'vhost-limits'],
  ['GET', 'health/checks/alarms'],
  ['GET', 'nodes'],
  ['GET', 'users'],
  ['GET', 'permissions'],
  ['GET', 'vhosts/VHOST'],
  ['GET', 'definitions'],
  ['GET', 'definitions/VHOST'],
  ['GET', 'parameters'],
  ['GET', 'global-parameters'],
  ['GET', 'user-limits'],
  ['PUT', 'vhosts/VHOST'],
  ['PUT', 'policies/VHOST/p'],
  ['PUT', 'operator-policies/VHOST/p'],
  ['PUT', 'users/nobody'],
  ['DELETE', 'policies/VHOST/nope'],
  ['DELETE', 'users/nope'],
]

const administrator = 'Not administrator user'
const policymaker = 'User not authorised to access object'

/** Why the user may not, by the request; other requests are not refused. */
const refusals: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  management: {
    'GET nodes': 'Not monitor user',
    'GET parameters': policymaker,
    'GET global-parameters': policymaker,
    'PUT policies/VHOST/p': policymaker,
    'DELETE policies/VHOST/nope': policymaker,
  },
  monitoring: {
    'GET parameters': policymaker,
    'GET global-parameters': policymaker,
    'PUT policies/VHOST/p': policymaker,
    'DELETE policies/VHOST/nope': policymaker,
  },
  policymaker: { 'GET nodes': 'Not monitor user' },
}

const forAdministrators = {
  'GET users': administrator,
  'GET permissions': administrator,
  'GET vhosts/VHOST': administrator,
  'GET definitions': administrator,
  'GET definitions/VHOST': administrator,
  'GET user-limits': administrator,
  'PUT vhosts/VHOST': administrator,
  'PUT operator-policies/VHOST/p': administrator,
  'PUT users/nobody': administrator,
  'DELETE users/nope': administrator,
}

async function refusedTo(api: Api, vhost: string): Promise<Readonly<Record<string, unknown>>> {
  const refused: Record<string, unknown> = {}
  for (const [method, path] of requests) {
    const body = method === 'PUT' ? {} : undefined
    const answer = await api.request(method, path.replace('VHOST', vhost), { body })
    if (answer.status === 401)
      refused[`${method} ${path}`] = (answer.body as { readonly reason?: unknown }).reason
  }
  return refused
}

test.for(Object.keys(refusals))(
  'lets a user with the tag %s do what it stands for',
  async (tags, { broker, vhost }) => {
    await using user = await withUser(broker, { tags, permissions: everything })
    expect(await refusedTo(user.api, vhost)).toEqual({ ...forAdministrators, ...refusals[tags] })
  },
)

test('refuses a user without tags', async ({ broker }) => {
  await using user = await withUser(broker, { tags: 'impersonator', permissions: everything })
  expect(await user.api.get('whoami')).toMatchObject({
    status: 401,
    body: { error: 'not_authorised', reason: 'Not management user' },
  })
})

test('hides a virtual host from a user without permissions in it, but not from administrators', async ({
  broker,
  vhost,
}) => {
  await using user = await withUser(broker, { tags: 'monitoring' })
  const hidden = { status: 404, body: { error: 'not_found', reason: 'Not Found' } }
  expect(await user.api.get(`queues/${vhost}`)).toMatchObject(hidden)
  expect(await user.api.put(`queues/${vhost}/q`, { durable: true })).toMatchObject(hidden)
  expect((await user.api.get('queues')).body).toEqual([])
  await using admin = await withUser(broker, { tags: 'administrator' })
  expect((await admin.api.get(`exchanges/${vhost}/amq.topic`)).status).toBe(200)
})

test('protects a virtual host from deletion', async ({ api }) => {
  const vhost = unique('vhost')
  await api.put(`vhosts/${vhost}`, { description: 'd', tags: 'a,b' })
  expect((await api.get(`vhosts/${vhost}`)).body).toMatchObject({
    description: 'd',
    tags: ['a', 'b'],
  })
  const path = `vhosts/${vhost}/deletion/protection`
  expect((await api.post(path)).status).toBe(204)
  expect(await api.delete(`vhosts/${vhost}`)).toMatchObject({
    status: 412,
    body: {
      error: 'precondition_failed',
      reason: `Refusing to delete virtual host '${vhost}' because it is protected from deletion`,
    },
  })
  expect((await api.delete(path)).status).toBe(204)
  expect((await api.delete(`vhosts/${vhost}`)).status).toBe(204)
})
