import { describe, expect, it } from 'vitest'

import type { FieldTable, FieldValue } from '../../src/protocol/field-value.ts'
import { ByteReader, DecodeError } from '../../src/wire/byte-reader.ts'
import { ByteWriter } from '../../src/wire/byte-writer.ts'
import { readTable, writeTable } from '../../src/wire/field-table-codec.ts'

const golden: readonly (readonly [FieldValue, string])[] = [
  [{ type: 'bool', value: true }, '7401'],
  [{ type: 'byte', value: -2 }, '62fe'],
  [{ type: 'unsignedbyte', value: 254 }, '42fe'],
  [{ type: 'short', value: -2 }, '73fffe'],
  [{ type: 'unsignedshort', value: 65_534 }, '75fffe'],
  [{ type: 'signedint', value: -2 }, '49fffffffe'],
  [{ type: 'unsignedint', value: 4_294_967_294 }, '69fffffffe'],
  [{ type: 'long', value: -2 }, '6cfffffffffffffffe'],
  [{ type: 'long', value: 9_007_199_254_740_993n }, '6c0020000000000001'],
  [{ type: 'float', value: 0.5 }, '663f000000'],
  [{ type: 'double', value: 0.1 }, '643fb999999999999a'],
  [{ type: 'decimal', value: { scale: 2, unscaled: 314 } }, '44020000013a'],
  [{ type: 'longstr', value: 'é' }, '5300000002c3a9'],
  [{ type: 'timestamp', value: 1_700_000_000 }, '54000000006553f100'],
  [
    { type: 'table', value: new Map([['x', { type: 'void', value: undefined }]]) },
    '4600000003017856',
  ],
  [{ type: 'array', value: [{ type: 'bool', value: false }] }, '41000000027400'],
  [{ type: 'binary', value: Uint8Array.of(0, 255) }, '780000000200ff'],
  [{ type: 'void', value: undefined }, '56'],
]

function encode(table: FieldTable): Uint8Array {
  const writer = new ByteWriter(1)
  writeTable(writer, table)
  return writer.written
}

describe('field tables', () => {
  it.each(golden)('writes and reads %o', (value, hex) => {
    const bytes = encode(new Map([['k', value]]))
    expect(Buffer.from(bytes.subarray(6)).toString('hex')).toBe(hex)
    expect(readTable(new ByteReader(bytes)).get('k')).toEqual(value)
  })

  it('reads both l and L as signed', () => {
    const bytes = Uint8Array.of(0, 0, 0, 11, 1, 107, 0x4c, 255, 255, 255, 255, 255, 255, 255, 255)
    expect(readTable(new ByteReader(bytes)).get('k')).toEqual({ type: 'long', value: -1 })
  })

  it('keeps bytes that are not UTF-8', () => {
    const bytes = Uint8Array.of(
      0,
      0,
      0,
      12,
      1,
      0xff,
      0x53,
      0,
      0,
      0,
      5,
      0x61,
      0xc3,
      0x28,
      0x80,
      0xe2,
    )
    expect(Array.from(encode(readTable(new ByteReader(bytes))))).toEqual(Array.from(bytes))
  })

  it('keeps the first of two fields with the same name', () => {
    const bytes = Uint8Array.of(0, 0, 0, 8, 1, 107, 0x74, 1, 1, 107, 0x74, 0)
    expect(readTable(new ByteReader(bytes)).get('k')).toEqual({ type: 'bool', value: true })
  })

  it('refuses a table cut short at any place', () => {
    const bytes = encode(new Map(golden.map(([value], index) => [`k${index}`, value])))
    for (let cut = 0; cut < bytes.length; cut++)
      expect(() => readTable(new ByteReader(bytes.subarray(0, cut)))).toThrow(DecodeError)
  })

  it('refuses an undefined type', () => {
    const bytes = Uint8Array.of(0, 0, 0, 3, 1, 107, 0x7a)
    expect(() => readTable(new ByteReader(bytes))).toThrow("no field has the type 'z'")
  })

  it('limits the nesting', () => {
    let nested: FieldValue = { type: 'array', value: [] }
    for (let depth = 0; depth < 200; depth++) nested = { type: 'array', value: [nested] }
    const bytes = encode(new Map([['k', nested]]))
    expect(() => readTable(new ByteReader(bytes))).toThrow('nested too deep')
  })
})
