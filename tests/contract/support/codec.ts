import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export type Fields = Readonly<Record<string, unknown>>

/** The part of amqplib's generated codec that the suite uses; amqplib publishes no types of it. */
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

// amqplib exports its front door alone, and a path to a file passes by that.
const require = createRequire(import.meta.url)
const library = join(dirname(require.resolve('amqplib')), 'lib')
const definitions = require(join(library, 'defs.js')) as Definitions
const tables = require(join(library, 'codec.js')) as TableCodec

function methodId(name: string): number {
  const id = definitions[name]
  if (typeof id !== 'number') throw new TypeError(`AMQP 0-9-1 has no method ${name}`)
  return id
}

/** The class and method numbers of a method, as a close frame tells them: BasicAck is 60, 80. */
export function idsOf(name: string): { readonly classId: number; readonly methodId: number } {
  const info = definitions.info(methodId(name))
  return { classId: info.classId, methodId: info.methodId }
}

/** A whole method frame; fields that are left out take the value they have by default. */
export function encodeMethod(channel: number, name: string, fields: Fields): Buffer {
  return definitions.encodeMethod(methodId(name), channel, fields)
}

/** A whole content header frame. */
export function encodeHeader(channel: number, size: number, properties: Fields): Buffer {
  return definitions.encodeProperties(definitions.BasicProperties, channel, size, properties)
}

/** A whole frame of any kind, a wrong one too. */
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

/** A field table without its length in front, as AMQPLAIN wants its response. */
export function encodeTableBody(table: Fields): Buffer {
  const target = Buffer.alloc(4096)
  return target.subarray(4, tables.encodeTable(target, table, 0))
}

/** What arrived from the broker. `end` is the end of the connection itself. */
export type Frame =
  | { kind: 'method'; channel: number; name: string; fields: Fields }
  | { kind: 'header'; channel: number; size: number; properties: Fields }
  | { kind: 'body'; channel: number; body: Buffer }
  | { kind: 'heartbeat'; channel: number }
  | { kind: 'protocol'; version: readonly number[] }
  | { kind: 'end' }

/** The fields of a frame that has to be a method. */
export function fieldsOf(frame: Frame | undefined): Fields {
  if (frame?.kind === 'method') return frame.fields
  throw new Error(`no method but ${JSON.stringify(frame)}`)
}

/** Reads the first frame of `bytes`, unless it is not all there. */
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
