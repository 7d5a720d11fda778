import type { ByteWriter } from './byte-writer.ts'

type Write = (writer: ByteWriter, value: unknown) => void

/** RabbitMQ's letter for each type of number, and amqplib's names for it. */
const types: readonly (readonly [letter: string, names: readonly string[], write: Write])[] = [
  ['b', ['int8', 'byte'], (writer, value) => writer.signedOctet(toNumber(value))],
  ['B', ['uint8', 'unsignedbyte'], (writer, value) => writer.octet(toNumber(value))],
  ['s', ['int16', 'short'], (writer, value) => writer.signedShort(toNumber(value))],
  ['u', ['uint16', 'unsignedshort'], (writer, value) => writer.short(toNumber(value))],
  ['I', ['int32', 'int'], (writer, value) => writer.signedLong(toNumber(value))],
  ['i', ['uint32', 'unsignedint'], (writer, value) => writer.long(toNumber(value))],
  ['l', ['int64', 'long'], (writer, value) => writer.signedLonglong(toBigInt(value))],
  ['f', ['float'], (writer, value) => writer.float(toNumber(value))],
  ['d', ['float64', 'double'], (writer, value) => writer.double(toNumber(value))],
  ['D', ['decimal'], writeDecimal],
  ['T', ['timestamp'], (writer, value) => writer.longlong(toBigInt(value))],
]

const byName = new Map(
  types.flatMap(([letter, names, write]) => names.map((name) => [name, { letter, write }])),
)

/** The smallest type that has room for the number. */
export function typeOf(value: number): string {
  if (!Number.isInteger(value)) return 'double'
  if (value >= -0x80 && value < 0x80) return 'int8'
  if (value >= -0x8000 && value < 0x8000) return 'int16'
  if (value >= -0x8000_0000 && value < 0x8000_0000) return 'int32'
  return value >= -(2 ** 63) && value < 2 ** 63 ? 'int64' : 'double'
}

export function writeNumber(writer: ByteWriter, type: string, value: unknown): void {
  const known = byName.get(type)
  if (known === undefined) throw new TypeError(`AMQP has no type ${type}`)
  writer.letter(known.letter)
  known.write(writer, value)
}

function writeDecimal(writer: ByteWriter, value: unknown): void {
  const { places, digits }: Readonly<Record<string, unknown>> = Object(value)
  writer.octet(toNumber(places))
  writer.long(toNumber(digits))
}

/** RabbitMQ closes the connection for a number that is not finite. */
function toNumber(value: unknown): number {
  if (!Number.isFinite(value)) throw new TypeError(`a header cannot be ${String(value)}`)
  return Number(value)
}

function toBigInt(value: unknown): bigint {
  return typeof value === 'bigint' ? value : BigInt(toNumber(value))
}
