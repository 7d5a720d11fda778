import { expect } from 'vitest'

import { unique } from '../contract/support/contract.ts'
import { response } from '../contract/support/stream-protocol/steps.ts'
import { StreamPeer } from '../contract/support/stream-protocol/stream-peer.ts'
import { test, withUser } from './support/management.ts'

type Json = Readonly<Record<string, unknown>>

test('creates a super stream with a number of partitions', async ({ broker, api, vhost }) => {
  const name = unique('super')
  const path = `stream/super-streams/${vhost}/${name}`
  expect(await api.put(path, { partitions: 3 })).toMatchObject({ status: 204 })
  expect((await api.get(`exchanges/${vhost}/${name}`)).body).toMatchObject({
    type: 'direct',
    durable: true,
    arguments: { 'x-super-stream': true },
  })
  expect((await api.get(`queues/${vhost}/${name}-2`)).body).toMatchObject({
    type: 'stream',
    arguments: { 'x-queue-type': 'stream', 'x-queue-leader-locator': 'balanced' },
  })
  const bindings = (await api.get(`exchanges/${vhost}/${name}/bindings/source`)).body as Json[]
  expect(bindings.map(({ destination, routing_key: key }) => [destination, key])).toEqual([
    [`${name}-0`, '0'],
    [`${name}-1`, '1'],
    [`${name}-2`, '2'],
  ])
  await using peer = await StreamPeer.open(broker.streamUrl)
  expect(await peer.call('Partitions', (to) => to.string(name))).toMatchObject({
    ...response('Partitions', 'ok'),
    streams: [`${name}-0`, `${name}-1`, `${name}-2`],
  })
})

test('creates a partition for each binding key, with arguments', async ({ api, vhost }) => {
  const name = unique('super')
  const body = {
    'binding-keys': 'emea, apac,,',
    arguments: { 'max-length-bytes': '1000000', 'max-age': '1h', unknown: 'ignored' },
    node: ((await api.get('overview')).body as Json)['node'],
  }
  expect(await api.put(`stream/super-streams/${vhost}/${name}`, body)).toMatchObject({
    status: 204,
  })
  for (const key of ['emea', 'apac'])
    expect((await api.get(`queues/${vhost}/${name}-${key}`)).body).toMatchObject({
      arguments: { 'x-max-length-bytes': 1_000_000, 'x-max-age': '1h' },
    })
  expect(await api.get(`queues/${vhost}/${name}-`)).toMatchObject({ status: 404 })
})

test.for<[reason: string, body: object]>([
  ['Must specify partitions or binding keys', {}],
  ['Specify partitions or binding keys, not both', { partitions: 1, 'binding-keys': 'a' }],
  ['The partition number must be greater than 0', { partitions: 0 }],
  ['The partition number must be greater than 0', { partitions: '-1' }],
  ['The partition number must not exceed 1000', { partitions: 1001 }],
  ...[1.5, 'two', ' 2', null, true, [3]].map((partitions): [string, object] => [
    'The partitions must be a number',
    { partitions },
  ]),
  ['The number of binding keys must be greater than 0', { 'binding-keys': ' , ' }],
  [
    'The number of binding keys must not exceed 1000',
    { 'binding-keys': Array.from({ length: 1001 }, (_, key) => key).join() },
  ],
  ['Node nowhere is not a cluster member', { partitions: 1, node: 'nowhere' }],
])('refuses with "%s": %o', async ([reason, body], { api, vhost }) => {
  const path = `stream/super-streams/${vhost}/${unique('refused')}`
  expect(await api.put(path, body)).toMatchObject({
    status: 400,
    body: { error: 'bad_request', reason },
  })
})

test('creates nothing if a name is taken or not valid', async ({ api, vhost }) => {
  const name = unique('super')
  const path = `stream/super-streams/${vhost}/${name}`
  const refused = (text: string) => ({
    status: 400,
    body: { error: 'bad_request', reason: expect.stringContaining(text) },
  })
  await api.put(`queues/${vhost}/${name}-1`, { durable: true })
  const queueTaken = await api.put(path, { partitions: 2 })
  expect(queueTaken).toMatchObject(refused(`there is already a queue named ${name}-1`))
  expect(await api.get(`exchanges/${vhost}/${name}`)).toMatchObject({ status: 404 })
  expect(await api.get(`queues/${vhost}/${name}-0`)).toMatchObject({ status: 404 })
  const reserved = await api.put(`stream/super-streams/${vhost}/amq.mine`, { partitions: 1 })
  expect(reserved).toMatchObject(refused('is not a correct'))
  await api.put(path, { 'binding-keys': 'a' })
  const taken = await api.put(path, { 'binding-keys': 'b' })
  expect(taken).toMatchObject(refused(`there is already an exchange named ${name}`))
})

test('needs the permissions for the exchange and all partitions', async ({ broker }) => {
  const { vhost } = broker
  const name = unique('mine')
  const path = `stream/super-streams/${vhost}/${name}`
  const permissions = { configure: '^mine', write: `^${name}-0$`, read: '^mine' }
  await using user = await withUser(broker, { tags: 'management', permissions })
  const refused = { status: 401, body: { error: 'not_authorised', reason: 'Access refused.' } }
  expect(await user.api.put(`stream/super-streams/${vhost}/yours`, {})).toMatchObject(refused)
  expect(await user.api.put(path, { partitions: 2 })).toMatchObject(refused)
  expect(await user.api.put(path, { partitions: 1 })).toMatchObject({ status: 204 })
  expect(await user.api.put('stream/super-streams/nowhere/mine', { partitions: 1 })).toMatchObject(
    refused,
  )
  await using stranger = await withUser(broker, { tags: 'management' })
  expect(await stranger.api.put(path, { partitions: 1 })).toMatchObject({ status: 404 })
})

test('is only there for creating', async ({ api, vhost }) => {
  const path = `stream/super-streams/${vhost}/anything`
  expect(await api.get(path)).toMatchObject({ status: 405 })
  expect(await api.delete(path)).toMatchObject({ status: 405 })
})
