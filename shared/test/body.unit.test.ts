import { deflateSync } from 'node:zlib'

import { describe, expect, test } from 'vitest'

import { decodeBody, decodeJson, encodeBody } from '../src/body.ts'

const compressed = deflateSync('{"a":1}')

function compression(contentType?: string) {
  return { contentType, headers: { compression: 'application/x-gzip' } }
}

describe('a body', () => {
  test.each([
    ['Grüße 🌍', 'text/plain'],
    ['', 'text/plain'],
    [{ a: [1, null, 'ü'] }, 'application/json'],
    [[1, 2], 'application/json'],
    [Buffer.from([0, 255, 1]), 'application/octet-stream'],
    [Buffer.alloc(0), 'application/octet-stream'],
  ])('%j travels as %s and comes back equal', (body, contentType) => {
    const encoded = encodeBody(body)
    expect(encoded.contentType).toBe(contentType)
    expect(decodeBody(encoded.content, encoded)).toEqual(body)
  })

  test('the bytes of a typed array are sent, not its indices', () => {
    expect(encodeBody(new Uint8Array([1, 2]))).toEqual({
      content: Buffer.from([1, 2]),
      contentType: 'application/octet-stream',
    })
  })

  test('the type of a message may have another case, and parameters', () => {
    const contentType = 'Application/JSON; charset=utf-8'
    expect(decodeBody(Buffer.from('[1]'), { contentType })).toEqual([1])
  })

  test('a message without a type is bytes', () => {
    expect(decodeBody(Buffer.from('x'), {})).toEqual(Buffer.from('x'))
  })

  test('can be read as JSON, whatever its type says', () => {
    for (const contentType of [undefined, 'text/plain', 'application/octet-stream', 'text/json'])
      expect(decodeJson(Buffer.from('{"a":[1]}'), { contentType })).toEqual({ a: [1] })
  })

  test.each([
    { what: 'text', content: Buffer.from('tea'), says: 'the body is not JSON: Unexpected token' },
    { what: 'nothing', content: Buffer.alloc(0), says: 'the body is not JSON: Unexpected end' },
    { what: 'bytes', content: Buffer.from([0xc3]), says: 'the body is not JSON: it is not UTF-8' },
    {
      what: 'compressed JSON',
      content: Buffer.from('{}'),
      contentEncoding: 'gzip',
      says: 'encoding "gzip"',
    },
  ])('that is $what cannot be read as JSON, and the error says why', ({ content, ...about }) => {
    expect(() => decodeJson(content, about)).toThrow(
      expect.objectContaining({
        code: 'CONTENT_REFUSED',
        message: expect.stringContaining(about.says),
      }),
    )
  })

  test.each([
    ['broken JSON', Buffer.from('{'), { contentType: 'application/json' }],
    ['broken UTF-8', Buffer.from([0xc3, 0x28]), { contentType: 'text/plain' }],
    ['a compressed body', Buffer.from('x'), { contentType: 'text/plain', contentEncoding: 'gzip' }],
    ['a nonsensical encoding', Buffer.from('x'), { contentType: 'text/plain', contentEncoding: 7 }],
  ])('%s is refused with CONTENT_REFUSED', (_what, content, properties) => {
    expect(() => decodeBody(content, properties)).toThrow(
      expect.objectContaining({ code: 'CONTENT_REFUSED' }),
    )
  })

  test.each([
    ['application/json', () => decodeBody(compressed, compression('application/json'))],
    ['text/plain', () => decodeBody(compressed, compression('text/plain'))],
    ['not JSON', () => decodeJson(compressed, compression())],
  ])('that kombu has compressed is refused by its header (%s)', (what, decode) => {
    expect(decode).toThrow(
      expect.objectContaining({
        code: 'CONTENT_REFUSED',
        message: expect.stringMatching(
          new RegExp(
            `^the body .*${what}.*: it is compressed, says its header "compression": application/x-gzip$`,
          ),
        ),
        remedy: expect.stringContaining('delivery.message.content'),
      }),
    )
  })

  test('with a compression header of its own, but not compressed, is read', () => {
    const properties = { contentType: 'text/plain', headers: { compression: 'none' } }
    expect(decodeBody(Buffer.from('tea'), properties)).toBe('tea')
  })

  test('a type that is not on the accept list is refused, and named', () => {
    expect(() =>
      decodeBody(Buffer.from('{}'), { contentType: 'application/json' }, ['text/plain']),
    ).toThrow('a body of type application/json is not accepted here, only text/plain')
  })

  test('JSON cannot reach the prototype of anything', () => {
    const body = decodeBody(Buffer.from('{"__proto__":{"admin":true}}'), {
      contentType: 'application/json',
    })
    expect(Object.getPrototypeOf(body)).toBe(Object.prototype)
    expect({}).not.toHaveProperty('admin')
  })
})
