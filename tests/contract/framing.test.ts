import { expect } from 'vitest'

import { encodeFrame, encodeMethod } from './support/codec.ts'
import { since, test } from './support/contract.ts'
import { connectionClose, method } from './support/expected.ts'
import { Peer } from './support/peer.ts'

const toNobody = { exchange: '', routingKey: 'nobody' }

test('refuses an unexpected content header with 505', async ({ peer }) => {
  peer.sendHeader(1, 5)
  expect(await peer.next()).toEqual(
    connectionClose(505, 'UNEXPECTED_FRAME - expected method frame, got non method frame instead'),
  )
})

test('refuses an unexpected body with 505', async ({ peer }) => {
  peer.sendBody(1, Buffer.from('x'))
  expect(await peer.next()).toEqual(
    connectionClose(505, 'UNEXPECTED_FRAME - expected method frame, got non method frame instead'),
  )
})

test('refuses a method instead of a content header with 505', async ({ peer }) => {
  peer.send(1, 'BasicPublish', toNobody)
  expect(await peer.call(1, 'QueueDeclare')).toEqual(
    connectionClose(
      505,
      'UNEXPECTED_FRAME - expected content header for class 60, got non content header frame instead',
      'BasicPublish',
    ),
  )
})

test('refuses a method instead of a body with 505', async ({ peer }) => {
  peer.send(1, 'BasicPublish', toNobody)
  peer.sendHeader(1, 4)
  expect(await peer.call(1, 'QueueDeclare')).toEqual(
    connectionClose(
      505,
      'UNEXPECTED_FRAME - expected content body, got non content body frame instead',
      'BasicPublish',
    ),
  )
})

test('refuses a content header of another class with 505', async ({ peer }) => {
  peer.send(1, 'BasicPublish', toNobody)
  peer.write(encodeFrame({ type: 2 }, 1, Buffer.from([0, 50, ...Buffer.alloc(12)])))
  expect(await peer.next()).toEqual(
    connectionClose(
      505,
      'UNEXPECTED_FRAME - expected content header for class 60, got one for class 50 instead',
      'BasicPublish',
    ),
  )
})

test('refuses a heartbeat on a channel with 505', async ({ peer }) => {
  peer.write(encodeFrame({ type: 8 }, 1, Buffer.alloc(0)))
  expect(await peer.next()).toEqual(
    connectionClose(505, expect.stringMatching(/^UNEXPECTED_FRAME - /)),
  )
})

test('refuses a frame that does not end in 206 with 501', async ({ peer }) => {
  peer.write(encodeFrame({ type: 1, end: 0 }, 1, Buffer.from([0, 20, 0, 10, 0])))
  expect(await peer.next()).toEqual(
    connectionClose(
      501,
      'FRAME_ERROR - type 1, all octets = <<0,20,0,10,0>>: {invalid_frame_end_marker,0}',
    ),
  )
})

test('refuses a frame of an unknown type with 501', async ({ peer }) => {
  peer.write(encodeFrame({ type: 9 }, 1, Buffer.from('xx')))
  expect(await peer.next()).toEqual(
    connectionClose(501, 'FRAME_ERROR - type 9, all octets = <<"xx">>: unknown_frame'),
  )
})

test('refuses a frame above the negotiated size with 501', async ({ broker }) => {
  await using peer = await Peer.open(broker.url, { frameMax: 8192 })
  peer.send(1, 'BasicPublish', toNobody)
  peer.sendHeader(1, 9000)
  peer.sendBody(1, Buffer.alloc(9000))
  expect(await peer.next()).toEqual(connectionClose(501, expect.stringMatching(/^FRAME_ERROR - /)))
})

// RabbitMQ tolerates eight more octets, for clients that do not count those around the payload.
test('accepts a payload of the size negotiated for the whole frame', async ({ broker }) => {
  await using peer = await Peer.open(broker.url, { frameMax: 8192 })
  for (const size of [8192, 8193]) {
    peer.send(1, 'BasicPublish', toNobody)
    peer.sendHeader(1, size)
    peer.sendBody(1, Buffer.alloc(size))
    if (size === 8192) expect(await peer.openChannel(2)).toMatchObject({ name: 'ChannelOpenOk' })
  }
  expect(await peer.next()).toMatchObject(method('ConnectionClose', { replyCode: 501 }, 0))
})

test('splits a body into frames of at most the negotiated size', async ({ broker }) => {
  await using peer = await Peer.open(broker.url, { frameMax: 8192 })
  await peer.ok(1, 'QueueDeclare', { queue: 'cut', exclusive: true })
  await peer.ok(1, 'ConfirmSelect')
  peer.send(1, 'BasicPublish', { exchange: '', routingKey: 'cut' })
  peer.sendHeader(1, 20_000)
  for (const size of [7000, 7000, 6000]) peer.sendBody(1, Buffer.alloc(size))
  expect(await peer.next()).toMatchObject(method('BasicAck'))
  peer.send(1, 'BasicGet', { queue: 'cut', noAck: true })
  const [, header, ...bodies] = await peer.take(5)
  expect(header).toMatchObject({ kind: 'header', size: 20_000 })
  expect(bodies.map((frame) => (frame as { body: Buffer }).body.length)).toEqual([8184, 8184, 3632])
})

since('4.3')('refuses a body that is longer than its header with 501', async ({ peer }) => {
  peer.send(1, 'BasicPublish', toNobody)
  peer.sendHeader(1, 2)
  peer.sendBody(1, Buffer.from('four'))
  expect(await peer.next()).toEqual(
    connectionClose(
      501,
      'FRAME_ERROR - content body frame exceeds remaining content size',
      'BasicPublish',
    ),
  )
})

test('closes the connection after an unknown method', async ({ peer }) => {
  peer.write(encodeFrame({ type: 1 }, 1, Buffer.from([0, 99, 0, 1])))
  // RabbitMQ closes the socket; connection.close with a reason is just as good.
  expect([{ kind: 'end' }, expect.objectContaining({ name: 'ConnectionClose' })]).toContainEqual(
    await peer.next(),
  )
})

test('accepts frames that arrive octet by octet', async ({ peer }) => {
  for (const octet of encodeMethod(2, 'ChannelOpen', {})) peer.write(Buffer.from([octet]))
  expect(await peer.next()).toMatchObject(method('ChannelOpenOk', {}, 2))
})

test('accepts many frames in one packet', async ({ peer }) => {
  peer.write(Buffer.concat([2, 3, 4, 5].map((channel) => encodeMethod(channel, 'ChannelOpen', {}))))
  const channels = (await peer.take(4)).map((frame) => (frame as { channel: number }).channel)
  expect(new Set(channels)).toEqual(new Set([2, 3, 4, 5]))
})

test('separates interleaved contents of two channels', async ({ peer }) => {
  await peer.ok(2, 'ChannelOpen')
  await peer.ok(1, 'QueueDeclare', { queue: 'turns', exclusive: true })
  for (const channel of [1, 2]) {
    await peer.ok(channel, 'ConfirmSelect')
    peer.send(channel, 'BasicPublish', { exchange: '', routingKey: 'turns' })
  }
  for (const channel of [1, 2]) peer.sendHeader(channel, 4)
  for (const part of ['a', 'b'])
    for (const channel of [1, 2]) peer.sendBody(channel, Buffer.from(`${channel}${part}`))
  const acks = (await peer.take(2)).map((frame) => (frame as { name: string }).name)
  expect(acks).toEqual(['BasicAck', 'BasicAck'])
  const bodies = new Set<string>()
  while (bodies.size < 2) {
    peer.send(1, 'BasicGet', { queue: 'turns', noAck: true })
    const [, , body] = await peer.take(3)
    if (body?.kind === 'body') bodies.add(body.body.toString())
  }
  expect(bodies).toEqual(new Set(['1a1b', '2a2b']))
})
