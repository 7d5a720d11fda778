import type { DeathRecord } from '../core/message/death.ts'
import { long, longstr, type FieldValue } from '../protocol/field-value.ts'
import { ByteWriter } from '../wire/byte-writer.ts'
import { encodeText } from '../wire/text.ts'
import { inSeconds, toField } from './to-field.ts'
import type { Value } from './value.ts'
import { writeSymbol, writeTimestamp, writeUint, writeUlong, writeUtf8 } from './value-writer.ts'

/** Writes x-death as AMQP 1.0 has it: an array of maps. */
export function writeDeaths(writer: ByteWriter, deaths: readonly DeathRecord[]): void {
  const maps = new ByteWriter()
  for (const death of deaths) writeDeath(maps, death)
  writeArray(writer, { code: 0xd1, count: deaths.length, items: maps.written })
}

function writeDeath(writer: ByteWriter, death: DeathRecord): void {
  const entries = new ByteWriter()
  const { expiration, routingKeys } = death
  if (expiration !== undefined) {
    writeSymbol(entries, 'ttl')
    writeUint(entries, Number(expiration) % 2 ** 32)
  }
  writeSymbol(entries, 'queue')
  writeUtf8(entries, death.queue)
  writeSymbol(entries, 'reason')
  writeSymbol(entries, death.reason)
  writeSymbol(entries, 'count')
  writeUlong(entries, death.count)
  for (const name of ['first-time', 'last-time']) {
    writeSymbol(entries, name)
    writeTimestamp(entries, Math.floor(death.time))
  }
  writeSymbol(entries, 'exchange')
  writeUtf8(entries, death.exchange)
  writeSymbol(entries, 'routing-keys')
  writeRoutingKeys(entries, routingKeys)
  // The elements of an array have their lengths in four bytes, and no type of their own.
  writer.long(entries.length + 4)
  writer.long(expiration === undefined ? 14 : 16)
  writer.raw(entries.written)
}

function writeRoutingKeys(writer: ByteWriter, keys: readonly string[]): void {
  const items = new ByteWriter()
  for (const key of keys) items.bytes(encodeText(key))
  writeArray(writer, { code: 0xb1, count: keys.length, items: items.written })
}

function writeArray(
  writer: ByteWriter,
  array: { readonly code: number; readonly count: number; readonly items: Uint8Array },
): void {
  const { code, count, items } = array
  const isShort = count < 255 && items.length + 1 < 255
  writer.octet(isShort ? 0xe0 : 0xf0)
  if (isShort) {
    writer.octet(items.length + 2)
    writer.octet(count)
  } else {
    writer.long(items.length + 5)
    writer.long(count)
  }
  writer.octet(code)
  writer.raw(items)
}

/** The header x-death; undefined if the value is not an array of deaths. */
export function readDeaths(value: Value): FieldValue | undefined {
  if (value.type !== 'array' || value.value.length === 0) return undefined
  const tables = value.value.map(readDeath)
  return { type: 'array', value: tables.flatMap((table) => table ?? []) }
}

function readDeath(death: Value): FieldValue | undefined {
  if (death.type !== 'map') return undefined
  const known = new Map<string, Value>()
  for (const [key, value] of death.value) if (key.type === 'symbol') known.set(key.value, value)
  const fields = new Map<string, FieldValue>()
  const ttl = known.get('ttl')
  if (ttl?.type === 'uint') fields.set('original-expiration', longstr(String(ttl.value)))
  const count = known.get('count')
  fields.set('count', long(count?.type === 'ulong' ? Number(count.value) : 1))
  copy('reason')
  copy('queue')
  const time = known.get('first-time')
  if (time?.type === 'timestamp')
    fields.set('time', { type: 'timestamp', value: inSeconds(time.value) })
  copy('exchange')
  copy('routing-keys')
  return { type: 'table', value: fields }

  function copy(name: string): void {
    const value = known.get(name)
    const field = value === undefined ? undefined : toField(value)
    if (field !== undefined) fields.set(name, field)
  }
}
