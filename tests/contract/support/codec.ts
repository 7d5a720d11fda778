import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export type Fields = Readonly<Record<string, unknown>>

/** The part of amqplib's generated codec that the suite uses. amqplib publishes no types for it. */
interface Definitions {
  readonly [methodName: string]: unknown
  readonly BasicProperties: number
  info(id: number): { readonly name: string; readonly classId: number; readonly methodId: number }
  decode(id: number, fields: Buffer): Fields
  encodeMethod(id: number, channel: number, fields: Fields): Buffer
  encodeProperties(id: number, channel: number, size: number, properties: Fields): Buffer
}

interface TableCodec {
  encodeTable(target: Buffer, table: Fields, offset: number): number
}

// amqplib does not export these modules, so import them by file path.
const require = createRequire(import.meta.url)
const library = join(dirname(require.resolve('amqplib')), 'lib')
const definitions = require(join(library, 'defs.js')) as Definitions
const tables = require(join(library, 'codec.js')) as TableCodec

function methodId(name: string): number {
  const id = definitions[name]
  if (typeof id !== 'number') throw new TypeError(`AMQP 0-9-1 has no method ${name}`)
  return id
}

/** The class and method ids of a method, as in a close frame: BasicAck is 60, 80. */
export function idsOf(name: string): { readonly classId: number; readonly methodId: number } {
  const info = definitions.info(methodId(name))
  return { classId: info.classId, methodId: info.methodId }
}

/** A complete method frame. Omitted fields have their default values. */
export function encodeMethod(channel: number, name: string, fields: Fields): Buffer {
  return definitions.encodeMethod(methodId(name), channel, fields)
}

/** A complete content header frame. */
export function encodeHeader(channel: number, size: number, properties: Fields): Buffer {
  return definitions.encodeProperties(definitions.BasicProperties, channel, size, properties)
}

/** A complete frame of any kind, even an invalid one. */
export function encodeFrame(
  { type, end = 0xce }: { readonly type: number; readonly end?: number },
  channel: number,
  payload: Buffer,
): Buffer {
  const frame = Buffer.alloc(payload.length + 8)
  frame.writeUInt8(type, 0)
  frame.writeUInt16BE(channel, 1)
  frame.writeUInt32BE(payload.length, 3)
  payload.copy(frame, 7)
  frame.writeUInt8(end, payload.length + 7)
  return frame
}

/** A field table without its length, which is the format of the AMQPLAIN response. */
export function encodeTableBody(table: Fields): Buffer {
  const target = Buffer.alloc(4096)
  return target.subarray(4, tables.encodeTable(target, table, 0))
}

/** What the broker sent. `end` means that it closed the socket. */
export type Frame =
  | { kind: 'method'; channel: number; name: string; fields: Fields }
  | { kind: 'header'; channel: number; size: number; properties: Fields }
  | { kind: 'body'; channel: number; body: Buffer }
  | { kind: 'heartbeat'; channel: number }
  | { kind: 'protocol'; version: readonly number[] }
  | { kind: 'end' }

/** The fields of a frame that must be a method. */
export function fieldsOf(frame: Frame | undefined): Fields {
  if (frame?.kind === 'method') return frame.fields
  throw new Error(`no method but ${JSON.stringify(frame)}`)
}

/** Reads the first frame of `bytes`; undefined if it is incomplete. */
export function decodeFrame(bytes: Buffer): { frame: Frame; length: number } | undefined {
  if (bytes.length < 8) return undefined
  if (bytes.toString('latin1', 0, 4) === 'AMQP')
    return { frame: { kind: 'protocol', version: [...bytes.subarray(4, 8)] }, length: 8 }
  const length = bytes.readUInt32BE(3) + 8
  if (bytes.length < length) return undefined
  const frame = decodePayload(
    bytes.readUInt8(0),
    bytes.readUInt16BE(1),
    bytes.subarray(7, length - 1),
  )
  return { frame, length }
}

function decodePayload(type: number, channel: number, payload: Buffer): Frame {
  switch (type) {
    case 1: {
      const id = payload.readUInt32BE(0)
      const { name } = definitions.info(id)
      return { kind: 'method', channel, name, fields: definitions.decode(id, payload.subarray(4)) }
    }
    case 2: {
      const properties = definitions.decode(payload.readUInt16BE(0), payload.subarray(12))
      const present = Object.entries(properties).filter(([, value]) => value !== undefined)
      const size = Number(payload.readBigUInt64BE(4))
      return { kind: 'header', channel, size, properties: Object.fromEntries(present) }
    }
    case 3:
      return { kind: 'body', channel, body: Buffer.from(payload) }
    case 8:
      return { kind: 'heartbeat', channel }
    default:
      throw new TypeError(`the broker sent a frame of type ${String(type)}`)
  }
}
