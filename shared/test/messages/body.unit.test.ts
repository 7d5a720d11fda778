import { deflateSync } from 'node:zlib'

import { describe, expect, test } from 'vitest'

import { decodeBody, decodeJson, encodeBody } from '../../src/messages/body.ts'

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
  ])('%j is sent as %s and decoded to an equal value', (body, contentType) => {
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

  test('a content type may be in upper case, and have parameters', () => {
    const contentType = 'Application/JSON; charset=utf-8'
    expect(decodeBody(Buffer.from('[1]'), { contentType })).toEqual([1])
  })

  test('without a content type it is bytes', () => {
    expect(decodeBody(Buffer.from('x'), {})).toEqual(Buffer.from('x'))
  })

  test('can be read as JSON, whatever its content type', () => {
    for (const contentType of [undefined, 'text/plain', 'application/octet-stream', 'text/json'])
      expect(decodeJson(Buffer.from('{"a":[1]}'), { contentType })).toEqual({ a: [1] })
  })

  test.each([
    { what: 'text', content: Buffer.from('tea'), says: 'the body is not valid JSON' },
    { what: 'nothing', content: Buffer.alloc(0), says: 'the body is not valid JSON' },
    { what: 'bytes', content: Buffer.from([0xc3]), says: 'the body is not valid UTF-8' },
    {
      what: 'compressed JSON',
      content: Buffer.from('{}'),
      contentEncoding: 'gzip',
      says: 'encoding "gzip"',
    },
  ])(
    'that contains $what cannot be read as JSON, and the error says why',
    ({ content, ...about }) => {
      expect(() => decodeJson(content, about)).toThrow(
        expect.objectContaining({
          code: 'CONTENT_REFUSED',
          message: expect.stringContaining(about.says),
        }),
      )
    },
  )

  test.each([
    ['broken JSON', Buffer.from('{'), { contentType: 'application/json' }],
    ['broken UTF-8', Buffer.from([0xc3, 0x28]), { contentType: 'text/plain' }],
    ['a compressed body', Buffer.from('x'), { contentType: 'text/plain', contentEncoding: 'gzip' }],
    [
      'an encoding that is not text',
      Buffer.from('x'),
      { contentType: 'text/plain', contentEncoding: 7 },
    ],
  ])('%s is refused with CONTENT_REFUSED', (_what, content, properties) => {
    expect(() => decodeBody(content, properties)).toThrow(
      expect.objectContaining({ code: 'CONTENT_REFUSED' }),
    )
  })

  test.each([
    [
      'the content type is application/json, but ',
      () => decodeBody(compressed, compression('application/json')),
    ],
    [
      'the content type is text/plain, but ',
      () => decodeBody(compressed, compression('text/plain')),
    ],
    ['', () => decodeJson(compressed, compression())],
  ])('that kombu has compressed is refused because of its header (%s)', (claim, decode) => {
    expect(decode).toThrow(
      expect.objectContaining({
        code: 'CONTENT_REFUSED',
        message: `${claim}the body is compressed: the header "compression" is application/x-gzip`,
        remedy: expect.stringContaining('delivery.message.content'),
      }),
    )
  })

  test('is read in spite of a compression header if it is not compressed', () => {
    const properties = { contentType: 'text/plain', headers: { compression: 'none' } }
    expect(decodeBody(Buffer.from('tea'), properties)).toBe('tea')
  })

  test('a content type that is not on the accept list is refused, and named', () => {
    expect(() =>
      decodeBody(Buffer.from('{}'), { contentType: 'application/json' }, ['text/plain']),
    ).toThrow('a body of type application/json is not accepted here, only text/plain')
  })

  test('JSON cannot change a prototype', () => {
    const body = decodeBody(Buffer.from('{"__proto__":{"admin":true}}'), {
      contentType: 'application/json',
    })
    expect(Object.getPrototypeOf(body)).toBe(Object.prototype)
    expect({}).not.toHaveProperty('admin')
  })
})
