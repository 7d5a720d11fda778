import type { Duplex } from 'node:stream'

import { StreamFrameParser } from '../../src/stream-protocol/wire/frame-parser.ts'
import { commandKey, responseBit } from '../../src/stream-protocol/wire/commands.ts'
import { FieldReader } from '../../src/stream-protocol/wire/field-reader.ts'
import {
  writeMap,
  writeString,
  type WriteFields,
} from '../../src/stream-protocol/wire/frame-writer.ts'
import { ByteWriter } from '../../src/wire/byte-writer.ts'

/** What the broker sent. */
export interface StreamReply {
  readonly key: number
  readonly payload: Uint8Array
}

/** A complete frame. */
export function streamFrame(key: number, write: WriteFields, version = 1): Uint8Array {
  const writer = new ByteWriter()
  const size = writer.beginLength()
  writer.short(key)
  writer.short(version)
  write(writer)
  writer.endLength(size)
  return writer.written.slice()
}

/** A request, with the correlation id 1. */
export function streamRequest(key: number, write: WriteFields = () => {}): Uint8Array {
  return streamFrame(key, (to) => {
    to.long(1)
    write(to)
  })
}

/** The frames with which a client opens the virtual host `/`. */
export function openingFrames(frameMax = 1_048_576): readonly Uint8Array[] {
  const plain = new TextEncoder().encode('\0guest\0guest')
  return [
    streamRequest(commandKey.peerProperties, (to) => writeMap(to, { product: 'test' })),
    streamRequest(commandKey.saslHandshake),
    streamRequest(commandKey.saslAuthenticate, (to) => {
      writeString(to, 'PLAIN')
      to.bytes(plain)
    }),
    streamFrame(commandKey.tune, (to) => {
      to.long(frameMax)
      to.long(0)
    }),
    streamRequest(commandKey.open, (to) => writeString(to, '/')),
  ]
}

/** A publish command of publisher `id`; each message has its index as the publishing id. */
export function publishFrame(id: number, bodies: readonly Uint8Array[]): Uint8Array {
  return streamFrame(commandKey.publish, (to) => {
    to.octet(id)
    to.long(bodies.length)
    for (const [at, body] of bodies.entries()) {
      to.longlong(at)
      to.bytes(body)
    }
  })
}

/** A subscribe command with id 1, from the first message. */
export function subscribeFrame(stream: string, credit: number, filter?: string): Uint8Array {
  return streamRequest(commandKey.subscribe, (to) => {
    to.octet(1)
    writeString(to, stream)
    to.short(1)
    to.short(credit)
    if (filter !== undefined) writeMap(to, { 'filter.0': filter })
  })
}

/** A client of the stream protocol over any stream. It collects what the broker sends. */
export class StreamClient {
  readonly stream: Duplex
  readonly received: StreamReply[] = []
  isEnded = false
  readonly #parser = new StreamFrameParser(0)

  constructor(stream: Duplex) {
    this.stream = stream
    stream.on('data', (chunk: Uint8Array) => this.#receive(chunk))
    stream.on('error', () => {})
    stream.on('end', () => stream.destroy())
    stream.on('close', () => (this.isEnded = true))
  }

  send(...frames: readonly Uint8Array[]): this {
    for (const frame of frames) this.stream.write(frame)
    return this
  }

  create(name: string): this {
    return this.send(
      streamRequest(commandKey.create, (to) => {
        writeString(to, name)
        to.long(0)
      }),
    )
  }

  declarePublisher(id: number, stream: string): this {
    return this.send(
      streamRequest(commandKey.declarePublisher, (to) => {
        to.octet(id)
        writeString(to, '')
        writeString(to, stream)
      }),
    )
  }

  /** The keys of what has arrived, and forgets it. A response has bit 15. */
  takeKeys(): readonly number[] {
    return this.received.splice(0).map(({ key }) => key)
  }

  #receive(chunk: Uint8Array): void {
    this.#parser.push(chunk)
    for (let frame = this.#parser.next(); frame !== undefined; frame = this.#parser.next())
      this.received.push({ key: new FieldReader(frame.payload).short(), payload: frame.payload })
  }
}

export function responseTo(key: number): number {
  return key | responseBit
}
