import { expect } from 'vitest'

import { encodeHeader } from './support/codec.ts'
import { test } from './support/contract.ts'
import { header, method } from './support/expected.ts'
import type { Peer } from './support/peer.ts'

async function echo(peer: Peer, properties: Readonly<Record<string, unknown>>): Promise<unknown> {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  peer.publish(1, { routingKey: String(queue), body: 'x', properties })
  await peer.ok(1, 'BasicConsume', { queue, noAck: true })
  const [deliver, content] = await peer.take(3)
  expect(deliver).toMatchObject(method('BasicDeliver'))
  return content
}

test('keeps all fourteen properties', async ({ peer }) => {
  const properties = {
    contentType: 'text/plain',
    contentEncoding: 'gzip',
    headers: { a: 1 },
    deliveryMode: 2,
    priority: 7,
    correlationId: 'correlation',
    replyTo: 'reply',
    expiration: '60000',
    messageId: 'message',
    timestamp: 1_789_000_000,
    type: 'type',
    userId: 'guest',
    appId: 'app',
    clusterId: 'cluster',
  }
  expect(await echo(peer, properties)).toEqual(header(1, properties))
})

test('adds no properties', async ({ peer }) => {
  expect(await echo(peer, {})).toEqual(header(1))
})

test('distinguishes empty properties from missing ones', async ({ peer }) => {
  const properties = { contentType: '', headers: {}, correlationId: '' }
  expect(await echo(peer, properties)).toEqual(header(1, properties))
})

test('keeps headers of every field type', async ({ peer }) => {
  const headers = {
    boolean: true,
    no: false,
    byte: -128,
    short: -32_768,
    int: -2_147_483_648,
    long: -4_503_599_627_370_496,
    double: 1.5,
    string: 'text',
    empty: '',
    nothing: null,
    timestamp: { '!': 'timestamp', value: 1_789_000_000 },
    decimal: { '!': 'decimal', value: { places: 2, digits: 314 } },
    bytes: Buffer.from([0, 255, 1]),
    array: [1, 'two', [3], { four: 4 }, null, false],
    emptyArray: [],
    table: { nested: { deeper: { deepest: [1] } } },
    emptyTable: {},
  }
  expect(await echo(peer, { headers })).toEqual(header(1, { headers }))
})

test.for([
  ['uint8', 255],
  ['int16', -300],
  ['uint16', 65_535],
  ['int32', -70_000],
  ['uint32', 4_294_967_295],
  ['int64', 12],
  ['float', 0.5],
  ['double', 3],
] as const)('keeps a header of type %s', async ([type, value], { peer }) => {
  const headers = { n: { '!': type, value } }
  expect(await echo(peer, { headers })).toEqual(header(1, { headers: { n: value } }))
})

// Sorted by name, because RabbitMQ 4 sorts headers.
test('keeps the type of each field, octet for octet', async ({ peer }) => {
  const headers = {
    array: [{ '!': 'int64', value: 1 }, { inner: { '!': 'int16', value: 1 } }],
    double: { '!': 'double', value: 0.5 },
    float: { '!': 'float', value: 0.5 },
    int16: { '!': 'int16', value: 5 },
    int32: { '!': 'int32', value: 5 },
    int64: { '!': 'int64', value: 5 },
    int8: { '!': 'int8', value: 5 },
    uint16: { '!': 'uint16', value: 5 },
    uint32: { '!': 'uint32', value: 5 },
    uint8: { '!': 'uint8', value: 5 },
  }
  await echo(peer, { headers })
  const sent = encodeHeader(1, 1, { headers })
  expect(peer.lastHeader.toString('hex')).toBe(sent.subarray(7, -1).toString('hex'))
})

test('keeps Unicode in headers and properties', async ({ peer }) => {
  const properties = { headers: { 'clé-🔑': 'värde-🐇' }, messageId: '身份-🐇', type: 'é' }
  expect(await echo(peer, properties)).toEqual(header(1, properties))
})

test('keeps header names and properties of 255 octets', async ({ peer }) => {
  const properties = { headers: { ['k'.repeat(255)]: 1 }, correlationId: 'c'.repeat(255) }
  expect(await echo(peer, properties)).toEqual(header(1, properties))
})

test('keeps headers of many kilobytes', async ({ peer }) => {
  const headers = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`header-${index}`, 'v'.repeat(200)]),
  )
  expect(await echo(peer, { headers })).toEqual(header(1, { headers }))
})
