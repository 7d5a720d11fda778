import { credentials } from 'amqplib'
import { expect } from 'vitest'

import { Client } from './support/client.ts'
import { encodeFrame, encodeMethod, encodeTableBody, fieldsOf } from './support/codec.ts'
import { since, test } from './support/contract.ts'
import { connectionClose, method } from './support/expected.ts'
import { Peer } from './support/peer.ts'

const protocol091 = { kind: 'protocol', version: [0, 0, 9, 1] }
const protocol10 = { kind: 'protocol', version: [3, 1, 0, 0] }
const end = { kind: 'end' }

test('answers another protocol with a protocol header and closes', async ({ broker }) => {
  await using peer = new Peer(broker.url)
  peer.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
  expect([protocol091, protocol10]).toContainEqual(await peer.next())
  expect(await peer.next()).toEqual(end)
})

test('answers an unsupported version with a protocol header and closes', async ({ broker }) => {
  await using peer = new Peer(broker.url)
  peer.write(Buffer.from('AMQP\0\x02\0\0', 'latin1'))
  expect([protocol091, protocol10]).toContainEqual(await peer.next())
  expect(await peer.next()).toEqual(end)
})

test('starts with version 0-9, its mechanisms, locale and capabilities', async ({ broker }) => {
  await using peer = new Peer(broker.url)
  const start = await peer.greet()
  expect(start).toMatchObject(
    method(
      'ConnectionStart',
      { versionMajor: 0, versionMinor: 9, locales: Buffer.from('en_US') },
      0,
    ),
  )
  const fields = fieldsOf(start)
  expect(String(fields['mechanisms']).split(' ')).toEqual(
    expect.arrayContaining(['PLAIN', 'AMQPLAIN']),
  )
  expect(fields['serverProperties']).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    capabilities: {
      publisher_confirms: true,
      exchange_exchange_bindings: true,
      'basic.nack': true,
      consumer_cancel_notify: true,
      'connection.blocked': true,
      consumer_priorities: true,
      authentication_failure_close: true,
      per_consumer_qos: true,
      direct_reply_to: true,
    },
  })
})

test('proposes 2047 channels, frames of 128 KiB and a heartbeat of 60 seconds', async ({
  broker,
}) => {
  await using peer = new Peer(broker.url)
  await peer.greet()
  expect(await peer.login()).toEqual(
    method('ConnectionTune', { channelMax: 2047, frameMax: 131_072, heartbeat: 60 }, 0),
  )
})

test('accepts a protocol header that arrives octet by octet', async ({ broker }) => {
  await using peer = new Peer(broker.url)
  for (const octet of Buffer.from('AMQP\0\0\x09\x01', 'latin1')) peer.write(Buffer.from([octet]))
  expect(await peer.next()).toMatchObject({ kind: 'method', name: 'ConnectionStart' })
})

test('accepts a login with AMQPLAIN', async ({ broker }) => {
  await using peer = new Peer(broker.url)
  const response = encodeTableBody({ LOGIN: 'guest', PASSWORD: 'guest' })
  const opened = await peer.handshake({ mechanism: 'AMQPLAIN', response })
  expect(opened).toMatchObject(method('ConnectionOpenOk', {}, 0))
})

test('accepts the AMQPLAIN of amqplib', async ({ broker }) => {
  const { hostname, port, pathname } = new URL(broker.url)
  const login = { credentials: credentials.amqplain('guest', 'guest') }
  const target = {
    hostname,
    port: Number(port),
    vhost: decodeURIComponent(pathname.slice(1)) || '/',
  }
  await using client = await Client.open({ ...target, ...login })
  await expect(client.openChannel()).resolves.toBeDefined()
})

test.for(['PLAIN', 'AMQPLAIN'])(
  'refuses a wrong password with %s with 403',
  async (mechanism, { broker }) => {
    await using peer = new Peer(broker.url)
    await peer.greet()
    const response =
      mechanism === 'PLAIN'
        ? Buffer.from('\0guest\0wrong')
        : encodeTableBody({ LOGIN: 'guest', PASSWORD: 'wrong' })
    expect(await peer.login({ mechanism, response })).toEqual(
      connectionClose(
        403,
        `ACCESS_REFUSED - Login was refused using authentication mechanism ${mechanism}. For details see the broker logfile.`,
      ),
    )
  },
)

test('refuses an unknown user like a wrong password', async ({ broker }) => {
  await using peer = new Peer(broker.url)
  await peer.greet()
  expect(await peer.login({ response: Buffer.from('\0nobody\0guest') })).toMatchObject(
    connectionClose(403, expect.stringMatching(/^ACCESS_REFUSED - Login was refused/)),
  )
})

test('refuses a virtual host that does not exist with 530', async ({ broker }) => {
  await using peer = new Peer(broker.url)
  expect(await peer.handshake({ vhost: 'nope' })).toEqual(
    connectionClose(530, 'NOT_ALLOWED - vhost nope not found', 'ConnectionOpen'),
  )
})

test('accepts a new secret for an open connection', async ({ peer }) => {
  const secret = { newSecret: Buffer.from('guest'), reason: 'rotated' }
  expect(await peer.call(0, 'ConnectionUpdateSecret', secret)).toEqual(
    method('ConnectionUpdateSecretOk', {}, 0),
  )
  expect(await peer.openChannel(2)).toMatchObject(method('ChannelOpenOk', {}, 2))
})

test('answers connection.close with close-ok', async ({ peer }) => {
  const goodbye = { replyCode: 200, replyText: 'goodbye', classId: 0, methodId: 0 }
  expect(await peer.call(0, 'ConnectionClose', goodbye)).toEqual(method('ConnectionCloseOk', {}, 0))
})

test("closes the socket after the client's close-ok", async ({ peer }) => {
  expect(await peer.openChannel(1)).toMatchObject(method('ConnectionClose', { replyCode: 504 }, 0))
  peer.send(0, 'ConnectionCloseOk')
  expect(await peer.next()).toEqual(end)
})

test('accepts a heartbeat at any time', async ({ peer }) => {
  peer.write(Buffer.from([8, 0, 0, 0, 0, 0, 0, 0xce]))
  expect(await peer.openChannel(2)).toMatchObject(method('ChannelOpenOk', {}, 2))
})

test('sends heartbeats at the interval that the client requested', async ({ broker }) => {
  await using peer = await Peer.open(broker.url, { heartbeat: 1 })
  expect(await peer.next()).toEqual({ kind: 'heartbeat', channel: 0 })
})

test('accepts a client without capabilities', async ({ broker }) => {
  await using peer = await Peer.open(broker.url, { capabilities: {} })
  expect(await peer.call(1, 'QueueDeclare', { exclusive: true })).toMatchObject(
    method('QueueDeclareOk'),
  )
})

since('4.1')('accepts frames of 8192 octets, the minimum', async ({ broker }) => {
  await using peer = await Peer.open(broker.url, { frameMax: 8192 })
  expect(await peer.openChannel(2)).toMatchObject(method('ChannelOpenOk', {}, 2))
})

test('refuses more channels than negotiated with 530', async ({ broker }) => {
  await using peer = await Peer.open(broker.url, { channelMax: 2 })
  await peer.ok(2, 'ChannelOpen')
  expect(await peer.openChannel(3)).toEqual(
    connectionClose(
      530,
      'NOT_ALLOWED - number of channels opened (2) has reached the negotiated channel_max (2)',
    ),
  )
})

// This class comes from AMQP 0-8, but old clients still use it.
test('answers access.request', async ({ peer }) => {
  expect(await peer.call(1, 'AccessRequest', { realm: '/data' })).toEqual(
    method('AccessRequestOk', { ticket: 1 }),
  )
})

/** connection.start-ok as a frame whose payload is that many octets. */
function startOk(size: number): Buffer {
  const withPadding = (padding: string): Buffer =>
    encodeMethod(0, 'ConnectionStartOk', {
      clientProperties: { padding },
      mechanism: 'PLAIN',
      response: Buffer.from('\0guest\0guest'),
      locale: 'en_US',
    })
  const overhead = 8
  return withPadding('x'.repeat(size + overhead - withPadding('').length))
}

// 8192 octets is the least that both sides can agree on, so nothing before that needs more.
since('4.1')('takes a payload of 8192 octets before a frame size is agreed', async ({ broker }) => {
  await using peer = new Peer(broker.url)
  await peer.greet()
  peer.write(startOk(8192))
  expect(await peer.next()).toMatchObject(method('ConnectionTune', {}, 0))
})

since('4.1')('hangs up on a larger payload before a frame size is agreed', async ({ broker }) => {
  await using peer = new Peer(broker.url)
  await peer.greet()
  peer.write(startOk(8193))
  expect(await peer.next()).toEqual(end)
})

since('4.1')('hangs up when a larger payload is announced', async ({ broker }) => {
  await using peer = new Peer(broker.url)
  await peer.greet()
  await peer.login()
  const sizeIncluded = 7
  peer.write(encodeFrame({ type: 1 }, 0, Buffer.alloc(8193)).subarray(0, sizeIncluded))
  expect(await peer.next()).toEqual(end)
})

test('refuses a frame above the size that was just agreed with 501', async ({ broker }) => {
  await using peer = new Peer(broker.url)
  await peer.greet()
  await peer.login()
  peer.send(0, 'ConnectionTuneOk', { channelMax: 10, frameMax: 8192, heartbeat: 0 })
  peer.write(encodeFrame({ type: 1 }, 0, Buffer.alloc(8193)))
  expect(await peer.next()).toEqual(
    connectionClose(501, 'FRAME_ERROR - type 1, all octets = <<>>: {frame_too_large,8193,8184}'),
  )
})

test('refuses a frame that cannot be where connection.open is due with 505', async ({ broker }) => {
  await using peer = new Peer(broker.url)
  await peer.greet()
  await peer.login()
  peer.send(0, 'ConnectionTuneOk', { channelMax: 10, frameMax: 8192, heartbeat: 0 })
  peer.sendBody(0, Buffer.from('x'))
  expect(await peer.next()).toEqual(
    connectionClose(505, 'UNEXPECTED_FRAME - type 3, all octets = <<"x">>'),
  )
})
