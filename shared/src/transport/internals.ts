import type { Socket } from 'node:net'
import type { Writable } from 'node:stream'

import type { ChannelModel } from 'amqplib'

import { socketOf } from './socket.ts'

interface ChannelEntry {
  /** What the channel writes to. */
  readonly buffer: ChannelBuffer
}

export type ChannelBuffer = Pick<Writable, 'write' | 'emit'>

/** Where a message goes. */
interface Fields {
  readonly exchange: unknown
  readonly routingKey: unknown
  readonly mandatory: boolean
}

/** What amqplib's `publish` makes of the options of a message. */
export type Properties = Readonly<Record<string, unknown>>

/** The arguments of amqplib's `sendMessage`. */
export type Message = readonly [
  channel: number,
  method: number,
  fields: Fields,
  propertiesId: number,
  properties: Properties,
  content: Buffer,
]

/** What amqplib's `recvFrame` uses of its connection. */
export interface FrameParser {
  readonly stream: Pick<Socket, 'read'>
  /** The largest payload that we accept; 0 for no limit. */
  readonly maxFrameSize: number
  /** What was read and not parsed yet. */
  rest: Buffer
}

/** The parts of amqplib's connection that we use or replace, and which are not part of its API. */
export interface Internals extends FrameParser {
  readonly stream: Socket
  readonly channels: readonly (ChannelEntry | null)[]
  readonly muxer: { pipeFrom(channel: Writable): void }
  /** The largest frame that the broker accepts. */
  readonly frameMax: number
  /** For the heartbeat. */
  sentSinceLastCheck: boolean
  recvSinceLastCheck: boolean
  sendMessage: (...message: Message) => boolean
  /** Returns the next frame, or false if it is not complete. */
  recvFrame: (this: FrameParser) => object | false
  /** Handles a frame. */
  accept(frame: object): void
  emit(event: 'frameError', error: unknown): boolean
}

const names: readonly (keyof Internals)[] = [
  'muxer',
  'channels',
  'frameMax',
  'maxFrameSize',
  'rest',
  'sentSinceLastCheck',
  'recvSinceLastCheck',
  'sendMessage',
  'recvFrame',
  'accept',
  'emit',
]

/** Undefined for an amqplib whose connection is different. */
export function internalsOf({ connection }: ChannelModel): Internals | undefined {
  return hasInternals(connection) ? connection : undefined
}

function hasInternals(connection: object): connection is Internals {
  return socketOf(connection) !== undefined && names.every((name) => name in connection)
}
