import { expect } from 'vitest'

import { since, unique } from './support/contract.ts'
import { code } from './support/stream-protocol/frames.ts'
import { response } from './support/stream-protocol/steps.ts'
import { StreamPeer } from './support/stream-protocol/stream-peer.ts'
import { everything, userOn, type TestUser } from './support/users.ts'

const test = since('4.3')

interface Setup extends AsyncDisposable {
  readonly peer: StreamPeer
  /** May do everything. */
  readonly owner: StreamPeer
}

async function connect(user: TestUser): Promise<Setup> {
  const peer = await StreamPeer.open(user.streamUrl)
  const owner = await StreamPeer.open(user.ownerStreamUrl)
  return {
    peer,
    owner,
    async [Symbol.asyncDispose]() {
      await peer[Symbol.asyncDispose]()
      await owner[Symbol.asyncDispose]()
    },
  }
}

test('a user who may only read cannot write, create or delete', async ({ broker }) => {
  await using user = await userOn(broker, { permissions: { configure: '', write: '', read: '.*' } })
  await using setup = await connect(user)
  const { peer, owner } = setup
  const stream = unique('read')
  await owner.create(stream)
  expect(await peer.create(unique('new'))).toEqual(response('Create', 'accessRefused'))
  expect(await peer.delete(stream)).toEqual(response('Delete', 'accessRefused'))
  expect(await peer.delete('nowhere')).toEqual(response('Delete', 'accessRefused'))
  const refused = response('DeclarePublisher', 'accessRefused')
  expect(await peer.declarePublisher(1, stream)).toEqual(refused)
  expect(await peer.declarePublisher(1, stream, 'x'.repeat(256))).toEqual(refused)
  expect(await peer.subscribe(stream)).toEqual(response('Subscribe', 'ok'))
  expect(await peer.queryOffset('me', stream)).toMatchObject({ code: code.noOffset })
})

test('a user who may only write cannot read', async ({ broker }) => {
  await using user = await userOn(broker, { permissions: { configure: '', write: '.*', read: '' } })
  await using setup = await connect(user)
  const { peer, owner } = setup
  const stream = unique('write')
  await owner.create(stream)
  expect(await peer.declarePublisher(1, stream)).toEqual(response('DeclarePublisher', 'ok'))
  expect(await peer.subscribe(stream)).toEqual(response('Subscribe', 'accessRefused'))
  for (const name of ['QueryOffset', 'QueryPublisherSequence'] as const)
    expect(await peer.call(name, (to) => to.string('me').string(stream))).toMatchObject({
      name,
      code: code.accessRefused,
    })
  const stats = await peer.call('StreamStats', (to) => to.string(stream))
  expect(stats).toMatchObject({ code: code.accessRefused })
  peer.storeOffset('me', stream, 1)
  expect(await peer.declarePublisher(2, stream)).toMatchObject({ code: code.ok })
  expect(await owner.queryOffset('me', stream)).toMatchObject({ code: code.noOffset })
})

test('a login on an open connection ends what the user may no longer do', async ({ broker }) => {
  await using user = await userOn(broker, { permissions: everything })
  await using peer = await StreamPeer.open(user.streamUrl)
  const [forbidden, allowed] = [unique('forbidden'), unique('allowed')]
  for (const [id, stream] of [forbidden, allowed].entries()) {
    await peer.create(stream)
    await peer.declarePublisher(id, stream)
    await peer.subscribe(stream, { id })
  }
  await user.setPermissions({ ...everything, write: '^allowed', read: '^allowed' })
  expect(await peer.authenticate()).toEqual(response('SaslAuthenticate', 'ok'))
  const { streamNotAvailable, publisherDoesNotExist } = code
  const update = { name: 'MetadataUpdate', code: streamNotAvailable, stream: forbidden }
  expect(await peer.next()).toEqual(update)
  peer.publish(0, [{ id: 1, body: 'a' }])
  const errors = [{ id: 1, code: publisherDoesNotExist }]
  expect(await peer.next()).toEqual({ name: 'PublishError', publisherId: 0, errors })
  expect(await peer.call('Unsubscribe', (to) => to.uint8(0))).toEqual(
    response('Unsubscribe', 'subscriptionIdDoesNotExist'),
  )
  peer.publish(1, [{ id: 1, body: 'b' }])
  const names = [(await peer.next()).name, (await peer.next()).name]
  expect(names.toSorted()).toEqual(['Deliver', 'PublishConfirm'])
})

test('a login on an open connection needs the virtual host', async ({ broker }) => {
  await using user = await userOn(broker, { permissions: everything })
  await using peer = await StreamPeer.open(user.streamUrl)
  await user.setPermissions(undefined)
  expect(await peer.authenticate()).toEqual(response('SaslAuthenticate', 'vhostAccessFailure'))
  expect(await peer.next()).toEqual({ name: 'end' })
})

test('a user without permissions sees nothing of a stream', async ({ broker }) => {
  await using user = await userOn(broker, { permissions: { configure: '', write: '', read: '' } })
  await using setup = await connect(user)
  const { peer, owner } = setup
  const stream = unique('hidden')
  await owner.create(stream)
  expect(await peer.call('Metadata', (to) => to.strings([stream]))).toMatchObject({
    brokers: [],
    streams: [{ stream, code: code.accessRefused }],
  })
})

test('a super stream needs permissions for its exchange and its partitions', async ({ broker }) => {
  const name = unique('super')
  const own = `^${name}(-0)?$`
  await using user = await userOn(broker, {
    permissions: { configure: own, write: own, read: own },
  })
  await using setup = await connect(user)
  const { peer, owner } = setup
  const create = (by: StreamPeer, partitions: readonly string[]) =>
    by.call('CreateSuperStream', (to) =>
      to.string(name).strings(partitions).strings(partitions).map({}),
    )
  const both = [`${name}-0`, `${name}-1`]
  expect(await create(peer, both)).toEqual(response('CreateSuperStream', 'accessRefused'))
  expect(await create(owner, both)).toEqual(response('CreateSuperStream', 'ok'))
  const partitions = await peer.call('Partitions', (to) => to.string(name))
  expect(partitions).toEqual(response('Partitions', 'accessRefused', { streams: [] }))
  const route = (key: string) => peer.call('Route', (to) => to.string(key).string(name))
  expect(await route(`${name}-0`)).toMatchObject({ code: code.ok, streams: [`${name}-0`] })
  expect(await route(`${name}-1`)).toMatchObject({ code: code.accessRefused, streams: [] })
  const removed = await peer.call('DeleteSuperStream', (to) => to.string(name))
  expect(removed).toEqual(response('DeleteSuperStream', 'accessRefused'))
})
