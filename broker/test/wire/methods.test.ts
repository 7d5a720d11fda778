import { createRequire } from 'node:module'
import path from 'node:path'

import { describe, expect, it } from 'vitest'

import { ByteReader, DecodeError, MalformedTextError } from '../../src/wire/byte-reader.ts'
import { ByteWriter } from '../../src/wire/byte-writer.ts'
import { methodTable, type MethodName } from '../../src/wire/method-table.ts'
import { methodNameOf, readMethod, writeMethod, type Method } from '../../src/wire/methods.ts'

/** amqplib's tables are generated from RabbitMQ's description of the protocol. */
interface AmqplibDefs {
  readonly encodeMethod: (id: number, channel: number, fields: object) => Buffer
  readonly info: (id: number) => { readonly name: string } | undefined
}

const require = createRequire(import.meta.url)
const folder = path.dirname(require.resolve('amqplib'))
const defs = require(path.join(folder, 'lib/defs.js')) as AmqplibDefs

const names = Object.keys(methodTable) as MethodName[]
const samples = {
  bit: true,
  octet: 7,
  short: 0x1234,
  long: 0x12345678,
  longlong: 0x1_2345_6789,
  shortstr: 'näme',
  longstr: 'lång',
  bytes: Uint8Array.of(1, 2, 255),
  table: new Map([['a', { type: 'longstr', value: 'b' }]]),
}

function sample(name: MethodName): Record<string, unknown> {
  const { fields } = methodTable[name]
  return Object.fromEntries(
    Object.entries(fields).map(([field, codec], index) => [
      field,
      codec === 'bit' ? index % 2 === 0 : samples[codec as keyof typeof samples],
    ]),
  )
}

function encode(name: MethodName): Uint8Array {
  const writer = new ByteWriter(1)
  writeMethod(writer, name, sample(name) as never)
  return writer.written
}

describe('the method table', () => {
  it.each(names)('writes and reads %s', (name) => {
    const bytes = encode(name)
    const reader = new ByteReader(bytes)
    const found = methodNameOf(reader.short(), reader.short())
    expect(found).toBe(name)
    const method = readMethod(name, reader)
    expect(reader.remaining).toBe(0)
    expect(method).toEqual({ name, ...withText(sample(name)) })
  })

  it.each(names)('writes %s as the generated tables of amqplib do', (name) => {
    const [classId, methodId] = methodTable[name].id
    const id = classId * 0x1_0000 + methodId
    // amqplib has encoders for all methods, but other names for some fields.
    const theirs = defs.encodeMethod(id, 1, amqplibFields(name))
    const payload = theirs.subarray(7, theirs.length - 1)
    expect(Buffer.from(encode(name)).toString('hex')).toBe(payload.toString('hex'))
  })

  it.each(names)('refuses %s cut short at any place', (name) => {
    const bytes = encode(name)
    for (let cut = 4; cut < bytes.length; cut++)
      expect(() => readMethod(name, new ByteReader(bytes.subarray(4, cut)))).toThrow(DecodeError)
  })

  it('contains no other methods', () => {
    expect(methodNameOf(99, 1)).toBeUndefined()
    expect(methodNameOf(60, 41)).toBeUndefined()
  })

  it('refuses a short string that is not UTF-8', () => {
    const bytes = Uint8Array.of(1, 0xff, 0)
    expect(() => readMethod('basic.cancel', new ByteReader(bytes))).toThrow(MalformedTextError)
  })

  it('packs adjacent bits into one octet, the first in the lowest place', () => {
    const writer = new ByteWriter()
    writeMethod(writer, 'basic.nack', { deliveryTag: 5, multiple: false, requeue: true })
    expect(Buffer.from(writer.written).toString('hex')).toBe('003c0078000000000000000502')
  })
})

function withText(fields: Record<string, unknown>): Partial<Method> {
  return fields
}

function amqplibFields(name: MethodName): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(sample(name)).map(([field, value]) => {
      const theirs = field === 'noWait' ? 'nowait' : field
      if (value instanceof Map) return [theirs, { a: 'b' }]
      if (value instanceof Uint8Array || field === 'channelId' || isLongText(name, field))
        return [theirs, Buffer.from(value as string)]
      return [theirs, value]
    }),
  )
}

function isLongText(name: MethodName, field: string): boolean {
  const { fields } = methodTable[name]
  return fields[field as keyof typeof fields] === 'longstr'
}
