import { expect } from 'vitest'

import { since, unique } from './support/contract.ts'
import { response } from './support/stream-protocol/steps.ts'
import { StreamPeer } from './support/stream-protocol/stream-peer.ts'

const test = since('4.3')

const unknownFrame = { name: 'Close', correlationId: 1, code: 13, reason: 'unknown frame' }

test('closes the connection after a frame without a command', async ({ streamPeer }) => {
  streamPeer.write(Buffer.alloc(4))
  expect(await streamPeer.next()).toEqual(unknownFrame)
  streamPeer.respond('Close', 1, (to) => to.uint16(1))
  expect(await streamPeer.next()).toEqual({ name: 'end' })
})

test('closes the connection after an unknown command', async ({ streamPeer }) => {
  streamPeer.write(Buffer.from([0, 0, 0, 4, 0, 99, 0, 1]))
  expect(await streamPeer.next()).toEqual(unknownFrame)
})

test('closes the connection after an unknown version', async ({ streamPeer }) => {
  streamPeer.send({ name: 'Publish', version: 3 }, (to) => to.uint8(1).uint32(0))
  expect(await streamPeer.next()).toEqual(unknownFrame)
})

test('closes the connection after a command that is too short or too long', async ({ broker }) => {
  await using short = await StreamPeer.open(broker.streamUrl)
  short.send('Credit', (to) => to.uint8(1))
  expect(await short.next()).toEqual(unknownFrame)
  await using long = await StreamPeer.open(broker.streamUrl)
  long.send('Credit', (to) => to.uint8(1).uint16(1).uint8(0))
  expect(await long.next()).toEqual(unknownFrame)
})

test('closes the connection after a command of the handshake', async ({ streamPeer }) => {
  expect(await streamPeer.call('PeerProperties', (to) => to.map({}))).toEqual(unknownFrame)
})

test('closes or ends the connection after a command that ends too early', async ({ broker }) => {
  for (const bytes of [
    // A map with a key that is missing, and an offset of an unknown type.
    [0, 0, 0, 16, 0, 13, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 5],
    [0, 0, 0, 16, 0, 7, 0, 1, 0, 0, 0, 1, 1, 0, 1, 120, 0, 9, 0, 1],
  ]) {
    await using peer = await StreamPeer.open(broker.streamUrl)
    peer.write(Buffer.from(bytes))
    expect([{ name: 'end' }, unknownFrame]).toContainEqual(await peer.next())
  }
})

test('accepts no frame above the agreed size', async ({ broker }) => {
  await using peer = await StreamPeer.open(broker.streamUrl, { frameMax: 20_000 })
  const size = Buffer.alloc(4)
  size.writeUInt32BE(20_001)
  peer.write(size)
  const tooLarge = { name: 'Close', correlationId: 1, code: 14, reason: 'frame too large' }
  expect(await peer.next()).toEqual(tooLarge)
})

test('accepts frames that arrive byte by byte, and many at once', async ({ streamPeer }) => {
  const first = unique('pieces')
  const others = [`${first}-1`, `${first}-2`]
  const frame = Buffer.from([0, 0, 0, 8 + 2 + first.length + 4, 0, 13, 0, 1, 0, 0, 0, 7])
  const name = Buffer.from([0, first.length, ...Buffer.from(first), 0, 0, 0, 0])
  for (const byte of Buffer.concat([frame, name])) streamPeer.write(Buffer.from([byte]))
  expect(await streamPeer.next()).toEqual(response('Create', 'ok'))
  for (const other of others) streamPeer.request('Create', (to) => to.string(other).map({}))
  expect([await streamPeer.next(), await streamPeer.next()]).toEqual([
    response('Create', 'ok'),
    response('Create', 'ok'),
  ])
})
