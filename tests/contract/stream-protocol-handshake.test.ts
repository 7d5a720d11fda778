import { expect } from 'vitest'

import { since } from './support/contract.ts'
import { code } from './support/stream-protocol/frames.ts'
import { response } from './support/stream-protocol/steps.ts'
import { StreamPeer } from './support/stream-protocol/stream-peer.ts'
import { userOn } from './support/users.ts'

const test = since('4.3')

test('introduces itself, and offers mechanisms, a frame size and a heartbeat', async ({
  broker,
}) => {
  await using peer = new StreamPeer(broker.streamUrl)
  const properties = {
    cluster_name: expect.any(String),
    copyright: expect.any(String),
    information: expect.any(String),
    platform: expect.any(String),
    product: expect.any(String),
    version: broker.version,
  }
  const introduction = await peer.call('PeerProperties', (to) => to.map({ product: 'contract' }))
  expect(introduction).toEqual(response('PeerProperties', 'ok', { properties }))
  const { mechanisms, ...offer } = await peer.call('SaslHandshake')
  expect(offer).toEqual(response('SaslHandshake', 'ok'))
  expect(new Set(mechanisms as string[])).toEqual(new Set(['ANONYMOUS', 'AMQPLAIN', 'PLAIN']))
  expect(await peer.authenticate()).toEqual(response('SaslAuthenticate', 'ok'))
  expect(await peer.next()).toEqual({ name: 'Tune', frameMax: 1_048_576, heartbeat: 60 })
  peer.tune()
  const opened = {
    properties: { advertised_host: expect.any(String), advertised_port: expect.any(String) },
  }
  expect(await peer.openVhost()).toEqual(response('Open', 'ok', opened))
})

test('opens without an answer to tune', async ({ broker }) => {
  await using peer = new StreamPeer(broker.streamUrl)
  await peer.login()
  expect(await peer.openVhost()).toMatchObject({ name: 'Open', code: code.ok })
})

test('refuses an unknown mechanism', async ({ broker }) => {
  await using peer = await introduced(broker.streamUrl)
  const answer = await peer.authenticate({ mechanism: 'SECRET' })
  expect(answer).toEqual(response('SaslAuthenticate', 'saslMechanismNotSupported'))
  expect(await peer.next()).toEqual({ name: 'end' })
})

test('refuses a response that is not one of the mechanism', async ({ broker }) => {
  await using peer = await introduced(broker.streamUrl)
  const answer = await peer.authenticate({ response: Buffer.from('guest') })
  expect(answer).toEqual(response('SaslAuthenticate', 'saslError'))
  expect(await peer.next()).toEqual({ name: 'end' })
})

test('refuses a wrong password after a while', async ({ broker }) => {
  await using peer = await introduced(broker.streamUrl)
  const began = performance.now()
  const answer = await peer.authenticate({ response: Buffer.from('\0guest\0wrong') })
  expect(answer).toEqual(response('SaslAuthenticate', 'authenticationFailure'))
  expect(performance.now() - began).toBeGreaterThan(1000)
  expect(await peer.next()).toEqual({ name: 'end' })
})

test('refuses an unknown virtual host after a while', async ({ broker }) => {
  await using peer = new StreamPeer(broker.streamUrl)
  await peer.login()
  expect(await peer.openVhost('nowhere')).toEqual(response('Open', 'vhostAccessFailure'))
  expect(await peer.next()).toEqual({ name: 'end' })
})

test('refuses a virtual host that the user may not use', async ({ broker }) => {
  await using user = await userOn(broker, {})
  await using peer = new StreamPeer(user.streamUrl)
  await peer.login()
  expect(await peer.openVhost()).toEqual(response('Open', 'vhostAccessFailure'))
})

test('disconnects a client that begins with something else', async ({ broker }) => {
  await using peer = new StreamPeer(broker.streamUrl)
  expect(await peer.create('early')).toEqual({ name: 'end' })
})

test('accepts no frame above 8,192 bytes before a virtual host is open', async ({ broker }) => {
  await using peer = new StreamPeer(broker.streamUrl)
  // 16 bytes are not text.
  const exact = await peer.call('PeerProperties', (to) => to.map({ text: 'x'.repeat(8192 - 20) }))
  expect(exact).toMatchObject({ name: 'PeerProperties', code: code.ok })
  peer.request('PeerProperties', (to) => to.map({ text: 'x'.repeat(8192 - 19) }))
  expect(await peer.next()).toEqual({ name: 'end' })
})

test('lets a client prove again who it is', async ({ streamPeer }) => {
  expect(await streamPeer.authenticate()).toEqual(response('SaslAuthenticate', 'ok'))
  expect(await streamPeer.authenticate({ mechanism: 'AMQPLAIN' })).toEqual(
    response('SaslAuthenticate', 'cannotChangeMechanism'),
  )
  expect(await streamPeer.next()).toEqual({ name: 'end' })
})

test('lets no client become another user', async ({ broker }) => {
  await using user = await userOn(broker, { permissions: { configure: '', write: '', read: '' } })
  await using peer = await StreamPeer.open(user.streamUrl)
  const answer = await peer.authenticate({ response: Buffer.from('\0guest\0guest') })
  expect(answer).toEqual(response('SaslAuthenticate', 'cannotChangeUser'))
  expect(await peer.next()).toEqual({ name: 'end' })
})

test('tells the versions of the commands', async ({ streamPeer }) => {
  const none = await streamPeer.call('ExchangeCommandVersions', (to) => to.uint32(0))
  const once = [1, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 22, 23, 24, 25, 28, 29, 30, 31]
  const commands = [[2, 1, 2], ...once.map((key) => [key, 1, 1])].toSorted(
    ([a = 0], [b = 0]) => a - b,
  )
  expect(none).toEqual(response('ExchangeCommandVersions', 'ok', { commands }))
})

test('answers close, and disconnects', async ({ streamPeer }) => {
  const answer = await streamPeer.call('Close', (to) => to.uint16(1).string('done'))
  expect(answer).toEqual(response('Close', 'ok'))
  expect(await streamPeer.next()).toEqual({ name: 'end' })
})

test('sends heartbeats as often as the client wants', async ({ broker }) => {
  await using peer = await StreamPeer.open(broker.streamUrl, { heartbeat: 1 })
  expect(await peer.next()).toEqual({ name: 'Heartbeat' })
  peer.send('Heartbeat')
  expect(await peer.next()).toEqual({ name: 'Heartbeat' })
})

async function introduced(url: string): Promise<StreamPeer> {
  const peer = new StreamPeer(url)
  await peer.call('PeerProperties', (to) => to.map({}))
  await peer.call('SaslHandshake')
  return peer
}
