import { createRequire } from 'node:module'
import { dirname } from 'node:path'

import type { Options } from 'amqplib'
import { describe, expect, test } from 'vitest'

import { encodeMessage } from '../../src/transport/encode-message.ts'
import type { Message } from '../../src/transport/internals.ts'

// amqplib's own encoder is the judge. Its package exports neither of these.
const require = createRequire(import.meta.url)
const lib = `${dirname(require.resolve('amqplib'))}/lib`
const { publish } = require(`${lib}/api_args.js`) as Arguments
const { encodeMethod, encodeProperties, BasicPublish, BasicProperties } = require(
  `${lib}/defs.js`,
) as Definitions

interface Arguments {
  readonly publish: (
    exchange: string,
    routingKey: string,
    options: Options.Publish,
  ) => Message[2] & Message[4]
}

interface Definitions {
  readonly BasicPublish: number
  readonly BasicProperties: number
  readonly encodeMethod: (id: number, channel: number, fields: object) => Buffer
  readonly encodeProperties: (
    ...args: [id: number, channel: number, size: number, object]
  ) => Buffer
}

function message(options: object, ...address: [exchange: string, key: string] | []): Message {
  const [exchange, key] = address.length === 0 ? ['orders', 'order.created'] : address
  const both = publish(exchange, key, options)
  return [7, BasicPublish, both, BasicProperties, both, Buffer.alloc(1000)]
}

function encode(given: Message, frameMax = 131_072): Buffer {
  return encodeMessage(given, frameMax)
}

function byAmqplib([channel, method, fields, id, properties, { length }]: Message): Buffer {
  return Buffer.concat([
    encodeMethod(method, channel, fields),
    encodeProperties(id, channel, length, properties),
  ])
}

/** Vitest shows the difference between two texts best. */
function text(frames: Buffer): string {
  return frames.toString('latin1')
}

const properties = {
  contentType: 'application/json',
  contentEncoding: 'gzip',
  persistent: true,
  priority: 9,
  correlationId: 'call-1',
  replyTo: 'amq.rabbitmq.reply-to',
  expiration: 60_000,
  messageId: 'mabc-17',
  timestamp: 1_795_132_800,
  type: 'order.created',
  userId: 'guest',
  appId: 'shop',
  mandatory: true,
}

const headers = {
  text: 'short',
  empty: '',
  long: 'x'.repeat(300),
  larger: 'y'.repeat(20_000),
  'ключ €': 'значение € 🐇',
  mixed: `${'x'.repeat(60)}é`,
  yes: true,
  no: false,
  nothing: null,
  missing: undefined,
  bytes: Buffer.from([0, 1, 255]),
  list: [1, 'two', [null, { three: 3 }], Buffer.from('four')],
  table: { inner: { deep: [] }, none: {}, left: undefined },
}

/** Around the limits of each type. */
const integers = [7, 15, 31, 53, 62].flatMap((bits) => {
  const limit = 2 ** bits
  return [limit - 1, limit, -limit, -limit - 1]
})
const others = [0, -0, -(2 ** 63), 2 ** 63, 0.5, -1.25, 1e-300, 1e300]

const chosen = Object.entries({
  int8: -128,
  byte: 5,
  uint8: 255,
  unsignedbyte: 5,
  int16: -(2 ** 15),
  short: 5,
  uint16: 2 ** 16 - 1,
  unsignedshort: 5,
  int32: -(2 ** 31),
  int: 5,
  uint32: 2 ** 32 - 1,
  unsignedint: 5,
  int64: -(2 ** 40),
  long: 5n,
  float: 0.5,
  double: 1,
  float64: 0.1,
  timestamp: 2 ** 62,
  decimal: { places: 2, digits: 314 },
}).map(([type, value]) => ({ '!': type, value }))

describe('encodes like amqplib', () => {
  test.each<[what: string, message: Message]>([
    ['no options', message({})],
    ['an empty exchange and key', message({}, '', '')],
    ['no exchange and no key', message({}, undefined as never, undefined as never)],
    ['names that are not ASCII', message({}, 'заказы', 'é'.repeat(127))],
    ['names of 255 bytes', message({}, 'x'.repeat(255), 'y'.repeat(255))],
    ['all properties', message(properties)],
    ...Object.keys(properties).map((name): [string, Message] => [
      `all properties but ${name}`,
      message({ ...properties, [name]: undefined }),
    ]),
    ['headers', message({ headers })],
    ['CC alone', message({ CC: 'a' })],
    ['numbers', message({ headers: { integers, others } })],
    ['chosen types', message({ headers: { chosen } })],
  ])('%s', (_what, given) => {
    expect(text(encode(given))).toBe(text(byAmqplib(given)))
  })
})

test('the headers that amqplib adds follow the given ones, and replace those of the same name', () => {
  const options = { headers: { CC: 'given', id: 1 }, CC: ['a', 'b'], BCC: 'c' }
  const expected = message({ headers: { CC: ['a', 'b'], id: 1, BCC: ['c'] } })

  expect(text(encode(message(options)))).toBe(text(byAmqplib(expected)))
})

test('frames of more than 4 KiB have memory of their own', () => {
  const large = message({ headers: { note: 'x'.repeat(4096) } })
  const frames = encode(large)

  encode(message({ headers: { note: 'y'.repeat(4000) } }))
  encode(message({ headers: { note: 'z'.repeat(5000) } }))

  expect(text(frames)).toBe(text(byAmqplib(large)))
})

test.each<[what: string, given: Message, error: RegExp]>([
  [
    'a long exchange',
    message({}, 'x'.repeat(256), ''),
    /^Field 'exchange' is the wrong type; .*255/,
  ],
  ['a long key', message({}, '', 'é'.repeat(128)), /^Field 'routingKey' is the wrong type/],
  [
    'a key that is not a text',
    message({}, '', 5 as never),
    /^Field 'routingKey' is the wrong type/,
  ],
  ['a long id', message({ messageId: 'x'.repeat(256) }), /^Field 'messageId' is the wrong type/],
  ['a text as priority', message({ priority: '1' }), /^Field 'priority' is the wrong/],
  ['NaN as priority', message({ priority: NaN }), /^Field 'priority' is the wrong type/],
  ['NaN as timestamp', message({ timestamp: NaN }), /^Field 'timestamp' is the wrong type/],
  ['NaN in a header', message({ headers: { n: NaN } }), /^a header cannot be NaN/],
  ['an infinite header', message({ headers: { n: [-Infinity] } }), /^a header cannot be -Infinity/],
  ['undefined in a list', message({ headers: { n: [undefined] } }), /type undefined$/],
  ['a priority of more than a byte', message({ priority: 256 }), /out of range/],
  ['a long name', message({ headers: { ['x'.repeat(256)]: 1 } }), /^the name of a header has more/],
  ['a function', message({ headers: { f() {} } }), /^a header cannot have the type function/],
  ['a bigint', message({ headers: { n: 1n } }), /^a header cannot have the type bigint/],
  ['an unknown type', message({ headers: { n: { '!': 'int7', value: 1 } } }), /no type int7/],
  ['a type that is too small', message({ headers: { n: { '!': 'int8', value: 128 } } }), /range/],
  ['no number', message({ headers: { n: { '!': 'int8', value: '1' } } }), /^a header cannot be 1$/],
])('%s is an error, and the next message is encoded', (_what, given, error) => {
  const next = message(properties)

  expect(() => encode(given)).toThrow(error)

  expect(text(encode(next))).toBe(text(byAmqplib(next)))
})

test('a number that is too large for amqplib is a double', () => {
  for (const number of [2 ** 50 + 0.5, -(2 ** 64)]) {
    const plain = message({ headers: { number } })
    const double = message({ headers: { number: { '!': 'double', value: number } } })
    expect(() => byAmqplib(plain)).toThrow(RangeError)
    expect(text(encode(plain))).toBe(text(byAmqplib(double)))
  }
})

test('the frame of the properties has the size of a frame at most, whatever the method has', () => {
  const given = message({ headers: { note: 'x'.repeat(3940) } }, 'x'.repeat(255), 'y'.repeat(255))
  const size = byAmqplib(given).length - encodeMethod(BasicPublish, 7, given[2]).length

  expect(text(encode(given, size))).toBe(text(byAmqplib(given)))
  expect(() => encode(given, size - 1)).toThrow(
    `the headers and properties need ${size} bytes, and a frame has ${size - 1}`,
  )
})
