import { readChunk, type Chunk } from './chunk.ts'
import { FieldReader, FieldWriter } from './fields.ts'

/** The commands, by their keys in the protocol. */
export const keys = {
  DeclarePublisher: 1,
  Publish: 2,
  PublishConfirm: 3,
  PublishError: 4,
  QueryPublisherSequence: 5,
  DeletePublisher: 6,
  Subscribe: 7,
  Deliver: 8,
  Credit: 9,
  StoreOffset: 10,
  QueryOffset: 11,
  Unsubscribe: 12,
  Create: 13,
  Delete: 14,
  Metadata: 15,
  MetadataUpdate: 16,
  PeerProperties: 17,
  SaslHandshake: 18,
  SaslAuthenticate: 19,
  Tune: 20,
  Open: 21,
  Close: 22,
  Heartbeat: 23,
  Route: 24,
  Partitions: 25,
  ConsumerUpdate: 26,
  ExchangeCommandVersions: 27,
  StreamStats: 28,
  CreateSuperStream: 29,
  DeleteSuperStream: 30,
  ResolveOffsetSpec: 31,
} as const

export type CommandName = keyof typeof keys

/** The names of the response codes that our tests expect. */
export const code = {
  ok: 1,
  streamDoesNotExist: 2,
  subscriptionIdAlreadyExists: 3,
  subscriptionIdDoesNotExist: 4,
  streamAlreadyExists: 5,
  streamNotAvailable: 6,
  saslMechanismNotSupported: 7,
  authenticationFailure: 8,
  saslError: 9,
  loopbackOnly: 11,
  vhostAccessFailure: 12,
  unknownFrame: 13,
  frameTooLarge: 14,
  internalError: 15,
  accessRefused: 16,
  preconditionFailed: 17,
  publisherDoesNotExist: 18,
  noOffset: 19,
  cannotChangeMechanism: 20,
  cannotChangeUser: 21,
} as const

/** What the broker sent, with the fields that its command has. `end`: it closed the socket. */
export type Received = { readonly name: CommandName | 'end' } & Readonly<Record<string, unknown>>

export type Delivered = Received & { readonly subscriptionId: number; readonly chunk: Chunk }

const responseBit = 0x8000
const names = new Map(Object.entries(keys).map(([name, key]) => [key as number, name]))

/** A complete frame. Requests have a correlation id, other commands do not. */
export function encodeFrame(
  { name, version = 1, isResponse = false }: FrameKind,
  correlationId: number | undefined,
  fields: Buffer,
): Buffer {
  const writer = new FieldWriter().uint16(keys[name] | (isResponse ? responseBit : 0))
  writer.uint16(version)
  if (correlationId !== undefined) writer.uint32(correlationId)
  return new FieldWriter().binary(writer.raw(fields).bytes).bytes
}

export interface FrameKind {
  readonly name: CommandName
  readonly version?: number
  readonly isResponse?: boolean
}

/** Reads a frame without its size. */
export function decodeFrame(bytes: Buffer): Received {
  const reader = new FieldReader(bytes)
  const key = reader.uint16()
  const version = reader.uint16()
  const name = names.get(key & ~responseBit) as CommandName | undefined
  if (name === undefined) throw new Error(`there is no command ${key}`)
  const isResponse = (key & responseBit) !== 0
  const fields = isResponse ? readResponse(name, reader) : readCommand(name, reader, version)
  if (reader.remaining > 0) throw new Error(`${reader.remaining} bytes follow ${name}`)
  return { name, ...(isResponse && { isResponse }), ...fields }
}

type ReadFields = (reader: FieldReader, version: number) => object

/** What the broker sends of its own accord. */
const commands: Partial<Record<CommandName, ReadFields>> = {
  PublishConfirm: (reader) => ({
    publisherId: reader.uint8(),
    ids: reader.list(() => reader.uint64()),
  }),
  PublishError: (reader) => ({
    publisherId: reader.uint8(),
    errors: reader.list(() => ({ id: reader.uint64(), code: reader.uint16() })),
  }),
  Deliver(reader, version) {
    const subscriptionId = reader.uint8()
    const committed = version === 2 ? { committedChunkId: reader.uint64() } : {}
    return { subscriptionId, ...committed, chunk: readChunk(reader.raw(reader.remaining)) }
  },
  MetadataUpdate: (reader) => ({ code: reader.uint16(), stream: reader.string() }),
  Tune: (reader) => ({ frameMax: reader.uint32(), heartbeat: reader.uint32() }),
  Close(reader) {
    const correlationId = reader.uint32()
    return { correlationId, code: reader.uint16(), reason: reader.string() }
  },
  ConsumerUpdate(reader) {
    const correlationId = reader.uint32()
    return { correlationId, subscriptionId: reader.uint8(), active: reader.uint8() }
  },
  Heartbeat: () => ({}),
}

function readCommand(name: CommandName, reader: FieldReader, version: number): object {
  const read = commands[name]
  if (read === undefined) throw new Error(`the broker sent ${name}`)
  return read(reader, version)
}

function readResponse(name: CommandName, reader: FieldReader): object {
  // The only response without a correlation id.
  if (name === 'Credit') return { code: reader.uint16(), subscriptionId: reader.uint8() }
  const correlationId = reader.uint32()
  if (name === 'Metadata') return { correlationId, ...readMetadata(reader) }
  return { correlationId, code: reader.uint16(), ...readMore(name, reader) }
}

function readMetadata(reader: FieldReader): object {
  const brokers = reader.list(() => {
    const [reference, host, port] = [reader.uint16(), reader.string(), reader.uint32()]
    return { reference, host, port }
  })
  const streams = reader.list(() => {
    const [stream, streamCode, leader] = [reader.string(), reader.uint16(), reader.uint16()]
    return { stream, code: streamCode, leader, replicas: reader.list(() => reader.uint16()) }
  })
  return { brokers, streams }
}

/** What follows the code of a response. */
const more: Partial<Record<CommandName, (reader: FieldReader) => object>> = {
  QueryOffset: (reader) => ({ offset: reader.uint64() }),
  QueryPublisherSequence: (reader) => ({ sequence: reader.uint64() }),
  ResolveOffsetSpec: (reader) => ({ offsetType: reader.uint16(), offset: reader.uint64() }),
  PeerProperties: (reader) => ({ properties: reader.map() }),
  Open: (reader) => ({ properties: reader.map() }),
  SaslHandshake: (reader) => ({ mechanisms: reader.strings() }),
  Route: (reader) => ({ streams: reader.strings() }),
  Partitions: (reader) => ({ streams: reader.strings() }),
  StreamStats: (reader) => ({
    stats: Object.fromEntries(reader.list(() => [reader.string(), reader.uint64()] as const)),
  }),
  ExchangeCommandVersions: (reader) => ({
    commands: reader.list(() => [reader.uint16(), reader.uint16(), reader.uint16()] as const),
  }),
}

function readMore(name: CommandName, reader: FieldReader): object {
  return reader.remaining === 0 ? {} : (more[name]?.(reader) ?? {})
}
