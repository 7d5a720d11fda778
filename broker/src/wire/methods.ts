import type { FieldTable } from '../protocol/field-value.ts'
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { readTable, writeTable } from './field-table-codec.ts'
import { methodTable, type FieldCodec, type MethodName } from './method-table.ts'

interface CodecTypes {
  bit: boolean
  octet: number
  short: number
  long: number
  longlong: number
  shortstr: string
  longstr: string
  bytes: Uint8Array
  table: FieldTable
}

type FieldsOf<N extends MethodName> = (typeof methodTable)[N]['fields']

/** The fields of the method `N`, as the table declares them. */
export type MethodFields<N extends MethodName> = {
  -readonly [F in keyof FieldsOf<N>]: FieldsOf<N>[F] extends FieldCodec
    ? CodecTypes[FieldsOf<N>[F]]
    : never
}

/** The method `N`: its name and its fields. */
export type MethodOf<N extends MethodName> = { readonly name: N } & Readonly<MethodFields<N>>

/** Any method. */
export type Method = { [N in MethodName]: MethodOf<N> }[MethodName]

type AnyValue = CodecTypes[FieldCodec]
type AnyFields = Readonly<Record<string, AnyValue>>

interface Layout {
  readonly name: MethodName
  readonly classId: number
  readonly methodId: number
  readonly fields: readonly (readonly [name: string, codec: FieldCodec])[]
}

const layouts = new Map<string, Layout>()
const layoutsById = new Map<number, Layout>()

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the type of Object.keys is string[]
const methodNames = Object.keys(methodTable) as readonly MethodName[]

for (const name of methodNames) {
  const { id, fields } = methodTable[name]
  const layout = { name, classId: id[0], methodId: id[1], fields: Object.entries(fields) }
  layouts.set(name, layout)
  layoutsById.set(id[0] * 0x1_0000 + id[1], layout)
}

/** The name of a method; undefined if the ids are unknown. */
export function methodNameOf(classId: number, methodId: number): MethodName | undefined {
  return layoutsById.get(classId * 0x1_0000 + methodId)?.name
}

/** The class id and the method id, as in channel.close and connection.close. */
export function methodIds(name: MethodName): readonly [classId: number, methodId: number] {
  return methodTable[name].id
}

/** Reads the fields of the method `name`. Throws a DecodeError if they are malformed. */
export function readMethod(name: MethodName, reader: ByteReader): Method {
  const method: Record<string, unknown> = { name }
  let bits = 0
  let bit = 8
  for (const [field, codec] of layouts.get(name)?.fields ?? []) {
    if (codec === 'bit') {
      // Adjacent bits share an octet; the first is the lowest bit.
      if (bit === 8) {
        bits = reader.octet()
        bit = 0
      }
      method[field] = (bits & (1 << bit)) !== 0
      bit += 1
    } else {
      bit = 8
      method[field] = readField(reader, codec)
    }
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the fields are from the table that the type is derived from
  return method as Method
}

type ValueCodec = Exclude<FieldCodec, 'bit'>

function readField(reader: ByteReader, codec: ValueCodec): AnyValue {
  switch (codec) {
    case 'octet':
      return reader.octet()
    case 'short':
      return reader.short()
    case 'long':
      return reader.long()
    case 'longlong':
      return reader.longlong()
    case 'shortstr':
      return reader.shortstr()
    case 'longstr':
      return reader.longstr()
    case 'bytes':
      return reader.bytes()
    case 'table':
      return readTable(reader)
  }
}

/** Writes class id, method id and fields: the payload of a method frame. */
export function writeMethod<N extends MethodName>(
  writer: ByteWriter,
  name: N,
  values: MethodFields<N>,
): void {
  const [classId, methodId] = methodTable[name].id
  writer.short(classId)
  writer.short(methodId)
  const fields: AnyFields = values
  let bits = 0
  let bit = 0
  for (const [field, codec] of layouts.get(name)?.fields ?? []) {
    const value = fields[field]
    if (codec === 'bit') {
      if (value === true) bits |= 1 << bit
      bit += 1
      continue
    }
    if (bit > 0) writer.octet(bits)
    bits = 0
    bit = 0
    writeField(writer, codec, value)
  }
  if (bit > 0) writer.octet(bits)
}

function writeField(writer: ByteWriter, codec: ValueCodec, value: AnyValue | undefined): void {
  switch (codec) {
    case 'octet':
      return writer.octet(Number(value))
    case 'short':
      return writer.short(Number(value))
    case 'long':
      return writer.long(Number(value))
    case 'longlong':
      return writer.longlong(Number(value))
    case 'shortstr':
      return writer.shortstr(textOf(value))
    case 'longstr':
      return writer.longstr(textOf(value))
    case 'bytes':
      return value instanceof Uint8Array ? writer.bytes(value) : undefined
    case 'table':
      return value instanceof Map ? writeTable(writer, value) : undefined
  }
}

function textOf(value: AnyValue | undefined): string {
  if (typeof value !== 'string') throw new TypeError('a text in a method is not a string')
  return value
}
