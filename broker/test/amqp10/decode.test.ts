import { describe, expect, it } from 'vitest'

import { Amqp10Format } from '../../src/amqp10/amqp10-format.ts'
import type { Message } from '../../src/core/message/message.ts'
import { plainFields } from '../../src/protocol/field-value.ts'
import { Random } from '../support/random.ts'
import { message } from '../support/vhost.ts'

const place = { offset: 5, queue: 'q' }
const data = '005375a0026869'

function decode(hex: string): Message {
  return new Amqp10Format().decode(Buffer.from(hex, 'hex'), place)
}

function textOf({ body }: Message): string {
  return new TextDecoder().decode(body)
}

function headersOf({ headers = new Map() }: Message): unknown {
  return plainFields(headers)
}

// What clients of the stream protocol write has no annotations of RabbitMQ.
describe('a message of another client', () => {
  it('has its stream as routing key, and only the properties that it has', () => {
    const read = decode(data)
    expect(read).toMatchObject({ exchange: '', routingKey: 'q' })
    expect(Object.keys(read.properties)).toEqual(['headers'])
    expect(headersOf(read)).toEqual({ 'x-stream-offset': 5 })
    expect(textOf(read)).toBe('hi')
  })

  it('may have its data in several sections', () => {
    expect(textOf(decode(`${data}005375b00000000121`))).toBe('hi!')
  })

  it.each([
    ['a value', '005377a1026869'],
    ['a sequence', '005376c005015401'],
  ])('keeps %s in its format', (_, body) => {
    const read = decode(body)
    expect(read.properties.type).toBe('amqp-1.0')
    expect(Buffer.from(read.body).toString('hex')).toBe(body)
  })

  it.each([
    ['a number', '5307', '7'],
    [
      'a uuid',
      '980123456789abcdef0123456789abcdef',
      'urn:uuid:01234567-89ab-cdef-0123-456789abcdef',
    ],
    ['a text', 'a103616263', 'abc'],
  ])('can have %s as id', (_, id, expected) => {
    expect(decode(`005373c0${size(id)}01${id}${data}`).properties.messageId).toBe(expected)
  })

  it('moves an id that is too long, or not a text, to a header', () => {
    const long = decode(`005373d00000010a00000001b100000101${'61'.repeat(257)}${data}`)
    expect(long.properties.messageId).toBeUndefined()
    expect(headersOf(long)).toMatchObject({ 'x-message-id': 'a'.repeat(257) })
    const binary = decode(`005373c00501a002fffe${data}`)
    expect(binary.headers?.get('x-message-id')).toMatchObject({
      type: 'binary',
      value: Uint8Array.of(255, 254),
    })
  })

  it('loses application properties that AMQP 0-9-1 has no type for', () => {
    const uuid = `a10175980123456789abcdef0123456789abcdef`
    const kept = 'a1016b5407'
    const map = `${uuid}${kept}`
    expect(headersOf(decode(`005374c1${size(map)}04${map}${data}`))).toEqual({
      k: 7,
      'x-stream-offset': 5,
    })
  })

  it('can have arrays in its annotations', () => {
    const array = 'a303782d61e00402540102'
    expect(headersOf(decode(`005372c1${size(array)}02${array}${data}`))).toEqual({
      'x-a': [1, 2],
      'x-stream-offset': 5,
    })
  })

  it.each([
    ['text', Buffer.from('hello').toString('hex')],
    ['nothing', ''],
    ['half a section', '005375a00568'],
    ['a section without a body', '005373c00101'],
    ['nesting without end', '005377' + 'c0ff01'.repeat(1000)],
    ['an array with four billion nulls', '005377f0000000ffffffffff40'],
  ])('is delivered as it is if it is not in AMQP 1.0 format: %s', (_, hex) => {
    const read = decode(hex)
    expect(Buffer.from(read.body).toString('hex')).toBe(hex)
    expect(headersOf(read)).toEqual({ 'x-stream-offset': 5 })
  })
})

function size(hex: string): string {
  return (hex.length / 2 + 1).toString(16).padStart(2, '0')
}

describe('the decoder', () => {
  it('returns what was encoded, in any order of messages', () => {
    const format = new Amqp10Format()
    const messages = [
      message('one', { properties: { appId: 'a' } }),
      message('two', { properties: { appId: 'a' } }),
      message('', { properties: { appId: 'a' } }),
      message('three', { properties: { appId: 'b' }, exchange: 'e', routingKey: 'k' }),
      message('four', { properties: { appId: 'a' } }),
    ]
    const decoded = messages.map((each) =>
      format.decode(Buffer.concat(format.encode(each).parts), place),
    )
    expect(decoded.map(textOf)).toEqual(['one', 'two', '', 'three', 'four'])
    expect(decoded.map(({ properties }) => properties.appId)).toEqual(['a', 'a', 'a', 'b', 'a'])
    expect(decoded.map(({ exchange }) => exchange)).toEqual(['', '', '', 'e', ''])
  })

  it('does not take the properties of the last message for those of another kind', () => {
    const format = new Amqp10Format()
    const kinds = [`005377a1026869`, data, '58', `58${data}`, `005377a1026869`, data]
    const read = kinds.map((hex) => format.decode(Buffer.from(hex, 'hex'), place))
    expect(read.map(({ properties }) => properties.type)).toEqual([
      'amqp-1.0',
      undefined,
      undefined,
      undefined,
      'amqp-1.0',
      undefined,
    ])
    expect(read.map((each) => Buffer.from(each.body).toString('hex'))).toEqual([
      '005377a1026869',
      '6869',
      '58',
      `58${data}`,
      '005377a1026869',
      '6869',
    ])
  })

  it.each([0, 1, 255, 256, 2 ** 31, 2 ** 40 + 5, Number.MAX_SAFE_INTEGER])(
    'writes the offset %i',
    (offset) => {
      const read = new Amqp10Format().decode(Buffer.from(data, 'hex'), { offset, queue: 'q' })
      expect(read.headers?.get('x-stream-offset')).toEqual({ type: 'long', value: offset })
    },
  )

  it('survives any bytes', () => {
    const random = new Random(7)
    const format = new Amqp10Format()
    const sent = message('body', { properties: { appId: 'a' } })
    const valid = Buffer.concat(format.encode(sent).parts)
    for (let round = 0; round < 20_000; round++) {
      const bytes = Buffer.from(valid)
      for (let change = 0; change < 3; change++)
        bytes[random.below(bytes.length)] = random.below(256)
      const read = format.decode(bytes.subarray(0, random.below(bytes.length + 1)), place)
      expect(read.headers?.get('x-stream-offset')?.value).toBe(5)
    }
  })
})
