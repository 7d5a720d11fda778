import { expect } from 'vitest'

import { encodeHeader, type Fields } from './support/codec.ts'
import { since, stream, unique } from './support/contract.ts'
import { body, connectionClose, header, method } from './support/expected.ts'
import type { Peer } from './support/peer.ts'

const test = since('4.3')

/** Publishes a message to a stream, and reads it from there. */
async function echo(peer: Peer, properties: Fields, content: string | Buffer = 'x') {
  const queue = unique('stream')
  await peer.ok(1, 'QueueDeclare', { queue, durable: true, ...stream() })
  await peer.ok(1, 'ConfirmSelect')
  peer.publish(1, { routingKey: queue, body: content, properties })
  expect(await peer.next()).toMatchObject(method('BasicAck'))
  await peer.ok(1, 'BasicQos', { prefetchCount: 1 })
  await peer.ok(1, 'BasicConsume', { queue, arguments: { 'x-stream-offset': 'first' } })
  return peer.take(content.length === 0 ? 2 : 3)
}

const offset = { 'x-stream-offset': 0 }

test('keeps all properties but the cluster id', async ({ peer }) => {
  const properties = {
    contentType: 'text/plain',
    contentEncoding: 'gzip',
    deliveryMode: 2,
    priority: 7,
    correlationId: 'correlation',
    replyTo: 'reply to/ü',
    expiration: '60000',
    messageId: 'message',
    timestamp: 1_789_000_000,
    type: 'type',
    userId: 'guest',
    appId: 'app',
  }
  const [, content] = await echo(peer, { ...properties, headers: { a: 1 }, clusterId: 'cluster' })
  expect(content).toEqual(header(1, { ...properties, headers: { a: 1, ...offset } }))
})

test('adds the offset and a delivery mode', async ({ peer }) => {
  expect(await echo(peer, {})).toEqual([
    expect.objectContaining({ name: 'BasicDeliver' }),
    header(1, { deliveryMode: 1, headers: offset }),
    body('x'),
  ])
})

test('distinguishes empty properties from missing ones', async ({ peer }) => {
  const properties = { contentType: '', correlationId: '', type: '', appId: '' }
  const [, content] = await echo(peer, { ...properties, headers: {} })
  expect(content).toEqual(header(1, { ...properties, deliveryMode: 1, headers: offset }))
})

const ids: [string, string][] = [
  ['urn:uuid:01234567-89ab-cdef-0123-456789abcdef', ''],
  [
    'urn:uuid:01234567-89AB-CDEF-0123-456789ABCDEF',
    'urn:uuid:01234567-89ab-cdef-0123-456789abcdef',
  ],
  ['urn:uuid:zz234567-89ab-cdef-0123-456789abcdef', ''],
  ['urn:uuid:012345678-9ab-cdef-0123-456789abcdef', ''],
  ['i'.repeat(255), ''],
  ['身份-🐇', ''],
]

test.for(ids)('keeps the id %s', async ([id, expected], { peer }) => {
  const [, content] = await echo(peer, { messageId: id, correlationId: id })
  const kept = expected || id
  expect(content).toMatchObject(header(1, { messageId: kept, correlationId: kept }))
})

test.for(['/queues/a', 'a%20b', 'a+b', "!'()*~", '🐇'])(
  'keeps the reply-to %s',
  async (replyTo, { peer }) => {
    const [, content] = await echo(peer, { replyTo })
    expect(content).toMatchObject(header(1, { replyTo }))
  },
)

test('keeps simple headers of every type, octet for octet', async ({ peer }) => {
  const headers = {
    bool: true,
    double: { '!': 'double', value: 0.5 },
    empty: '',
    float: { '!': 'float', value: 0.5 },
    int16: { '!': 'int16', value: -300 },
    int32: { '!': 'int32', value: -70_000 },
    int64: { '!': 'int64', value: 1_234_567_890_123 },
    int8: { '!': 'int8', value: -5 },
    no: false,
    nothing: null,
    smallint32: { '!': 'int32', value: -128 },
    smallint64: { '!': 'int64', value: 127 },
    smalluint32: { '!': 'uint32', value: 255 },
    string: 'text',
    timestamp: { '!': 'timestamp', value: 1_789_000_000 },
    uint16: { '!': 'uint16', value: 60_000 },
    uint32: { '!': 'uint32', value: 4_000_000_000 },
    uint8: { '!': 'uint8', value: 200 },
    'x-stream-offset': { '!': 'int64', value: 0 },
    zero: { '!': 'uint32', value: 0 },
    ключ: 'значение',
  }
  await echo(peer, { headers: { ...headers, 'x-stream-offset': 77 }, deliveryMode: 1 })
  const sent = encodeHeader(1, 1, { headers, deliveryMode: 1 })
  expect(peer.lastHeader.toString('hex')).toBe(sent.subarray(7, -1).toString('hex'))
})

test('turns bytes into a string, octet for octet', async ({ peer }) => {
  const text = { nul: 'a\0b', long: 'é'.repeat(3000) }
  await echo(peer, { headers: { bytes: Buffer.from([0, 255, 1]), ...text }, deliveryMode: 1 })
  const raw = peer.lastHeader.toString('latin1')
  expect(raw).toContain('\x05bytesS\0\0\0\x03\0\xff\x01')
  expect(raw).toContain('\x03nulS\0\0\0\x03a\0b')
  expect(raw).toContain(`\x04longS\0\0\x17\x70${'\xc3\xa9'.repeat(3000)}`)
})

test('loses arrays and tables, except in headers that start with x-', async ({ peer }) => {
  const complex = {
    'x-array': [
      1,
      'two',
      [3],
      { four: 4 },
      null,
      false,
      { '!': 'timestamp', value: 1_789_000_000 },
    ],
    'x-empty': [],
    'x-table': { a: 1, b: { c: ['d'] } },
  }
  const lost = { array: [1], table: { a: 1 } }
  const [, content] = await echo(peer, { headers: { ...complex, ...lost, b: 1 } })
  expect(content).toEqual(header(1, { deliveryMode: 1, headers: { b: 1, ...complex, ...offset } }))
})

test('loses headers that RabbitMQ uses itself', async ({ peer }) => {
  const own = {
    'x-exchange': 'mine',
    'x-routing-key': 'mine',
    'x-basic-type': 'mine',
    'x-death': 'mine',
    'x-opt-deaths': 3,
  }
  const [deliver, content] = await echo(peer, { headers: { ...own, 'x-other': 'kept' } })
  expect(deliver).toMatchObject({ fields: { exchange: '' } })
  expect(content).toMatchObject(header(1, { headers: { 'x-other': 'kept', ...offset } }))
})

test('keeps CC, and hides BCC', async ({ peer }) => {
  const [, content] = await echo(peer, { headers: { CC: ['k2', 'k3'], BCC: ['k4'] } })
  expect(content).toEqual(header(1, { deliveryMode: 1, headers: { CC: ['k2', 'k3'], ...offset } }))
})

test('keeps hundreds of headers', async ({ peer }) => {
  const headers = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`header-${index}`, 'v'.repeat(200)]),
  )
  const [, content] = await echo(peer, { headers })
  expect(content).toEqual(header(1, { deliveryMode: 1, headers: { ...headers, ...offset } }))
})

const decimal = { '!': 'decimal', value: { places: 2, digits: 314 } }

test.for([{ d: decimal }, { 'x-d': decimal }, { 'x-d': [decimal] }])(
  'fails on a decimal: %o',
  async (headers, { peer }) => {
    const queue = unique('stream')
    await peer.ok(1, 'QueueDeclare', { queue, durable: true, ...stream() })
    peer.publish(1, { routingKey: queue, properties: { headers } })
    expect(await peer.next()).toEqual(connectionClose(541, 'INTERNAL_ERROR'))
  },
)

test.for([0, 1, 255, 256, 100_000])('keeps a body of %i bytes', async (length, { peer }) => {
  const content = Buffer.alloc(length, 'b')
  const [, about, bytes] = await echo(peer, {}, content)
  expect(about).toMatchObject(header(length))
  if (bytes !== undefined) expect(bytes).toMatchObject({ body: content })
})

test('takes a body in AMQP 1.0 format for what it says', async ({ peer }) => {
  const value = Buffer.from('\0\x53\x77\xa1\x02hi', 'latin1')
  const [, about, content] = await echo(peer, { type: 'amqp-1.0' }, value)
  expect(about).toMatchObject(header(value.length, { type: 'amqp-1.0' }))
  expect(content).toMatchObject({ body: value })
})

test('unpacks binary data in AMQP 1.0 format', async ({ peer }) => {
  const data = Buffer.from('\0\x53\x75\xa0\x02hi', 'latin1')
  const [, about, content] = await echo(peer, { type: 'amqp-1.0' }, data)
  expect(about).toMatchObject(header(2, { type: 'amqp-1.0' }))
  expect(content).toEqual(body('hi'))
})

test('fails on a body that is not what its type says', async ({ peer }) => {
  const queue = unique('stream')
  await peer.ok(1, 'QueueDeclare', { queue, durable: true, ...stream() })
  peer.publish(1, { routingKey: queue, body: 'text', properties: { type: 'amqp-1.0' } })
  expect(await peer.next()).toEqual(connectionClose(541, 'INTERNAL_ERROR'))
})
