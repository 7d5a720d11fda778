import { describe, expect, it } from 'vitest'

import type { MessageProperties } from '../../src/protocol/properties.ts'
import { ByteWriter } from '../../src/wire/byte-writer.ts'
import { canStayEncoded, readProperties, writeProperties } from '../../src/wire/properties-codec.ts'

const all: Required<MessageProperties> = {
  contentType: 'text/plain',
  contentEncoding: 'utf-8',
  headers: new Map([['h', { type: 'signedint', value: 1 }]]),
  deliveryMode: 2,
  priority: 9,
  correlationId: 'c',
  replyTo: 'r',
  expiration: '1000',
  messageId: 'm',
  timestamp: 1_700_000_000,
  type: 't',
  userId: 'guest',
  appId: 'a',
  clusterId: 'cl',
}

function encode(properties: MessageProperties): Uint8Array {
  const writer = new ByteWriter(1)
  writeProperties(writer, properties)
  return writer.written
}

describe('the properties of a message', () => {
  it('are written with a flag for each of them', () => {
    expect(Buffer.from(encode({})).toString('hex')).toBe('0000')
    expect(Buffer.from(encode({ deliveryMode: 2 })).toString('hex')).toBe('100002')
    expect(Buffer.from(encode({ clusterId: 'x' })).toString('hex')).toBe('00040178')
  })

  it('are read as they were written, all together and each alone', () => {
    expect(readProperties(encode(all))).toEqual(all)
    for (const [name, value] of Object.entries(all))
      expect(readProperties(encode({ [name]: value }))).toEqual({ [name]: value })
  })

  it('are refused if they are too short or too long, or have an unknown flag', () => {
    const bytes = encode(all)
    for (let cut = 0; cut < bytes.length; cut++)
      expect(() => readProperties(bytes.subarray(0, cut))).toThrow()
    expect(() => readProperties(Uint8Array.of(...bytes, 0))).toThrow('bytes are left')
    expect(() => readProperties(Uint8Array.of(0, 1))).toThrow('an undefined property flag')
  })

  it('can stay encoded if they are well-formed and the broker uses none of them', () => {
    const used = ['headers', 'priority', 'replyTo', 'expiration', 'userId']
    for (const [name, value] of Object.entries(all))
      expect([name, canStayEncoded(encode({ [name]: value }))]).toEqual([
        name,
        !used.includes(name),
      ])
    const {
      headers: _,
      priority: __,
      replyTo: ___,
      expiration: ____,
      userId: _____,
      ...inert
    } = all
    const bytes = encode(inert)
    expect([
      canStayEncoded(bytes),
      canStayEncoded(encode({})),
      canStayEncoded(encode(all)),
    ]).toEqual([true, true, false])
    for (let cut = 0; cut < bytes.length; cut++)
      expect(canStayEncoded(bytes.subarray(0, cut))).toBe(false)
    expect(canStayEncoded(Uint8Array.of(...bytes, 0))).toBe(false)
    expect(canStayEncoded(Uint8Array.of(0, 1))).toBe(false)
  })
})
