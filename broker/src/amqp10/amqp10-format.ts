import type { Message } from '../core/message/message.ts'
import type { EncodedMessage, MessageFormat } from '../core/stream/message-format.ts'
import { noProperties } from '../protocol/properties.ts'
import { DecodeError } from '../wire/byte-reader.ts'
import { ByteWriter } from '../wire/byte-writer.ts'
import { DeliveredMessage, deliveredMessage } from './delivered-message.ts'
import { decodeSections, type DecodedSections } from './message-decoder.ts'
import { encodeBody, writeSections, type WrittenSections } from './message-encoder.ts'
import { section } from './sections.ts'

/** The sections of the last message, which the next one often has as well. */
interface LastEncoded extends EncodedSections {
  readonly message: Message
}

interface EncodedSections extends WrittenSections {
  readonly bytes: Uint8Array
}

interface LastDecoded {
  /** The sections before the body. */
  readonly prefix: Uint8Array
  readonly sections: DecodedSections
  /** Undefined until a second message has the same prefix. */
  messages?: DeliveredMessage
}

/** Stores messages in the format of AMQP 1.0, as RabbitMQ does in streams. */
export class Amqp10Format implements MessageFormat {
  readonly #writer = new ByteWriter()
  /** Its bytes are in the memory of the writer. */
  #lastEncoded: LastEncoded | undefined
  #lastDecoded: LastDecoded | undefined

  encode(message: Message): EncodedMessage {
    const { bytes, filterValue, hasSections } = this.#sectionsOf(message)
    return { parts: [bytes, ...encodeBody(message.body, hasSections)], filterValue }
  }

  decode(
    encoded: Uint8Array,
    record: { readonly offset: number; readonly queue: string },
  ): Message {
    const last = this.#lastDecoded
    if (last !== undefined && startsWith(encoded, last.prefix)) {
      const body = dataAt(encoded, last.prefix.length)
      if (body !== undefined) {
        last.messages ??= new DeliveredMessage(last.sections, record.queue)
        return last.messages.create(record.offset, body)
      }
    }
    const sections = decodeAny(encoded)
    if (dataAt(encoded, sections.bodyAt) !== undefined)
      this.#lastDecoded = { prefix: encoded.slice(0, sections.bodyAt), sections }
    return deliveredMessage(sections, record)
  }

  /** Messages that a channel publishes one after the other share their encoded properties. */
  #sectionsOf(message: Message): EncodedSections {
    const last = this.#lastEncoded
    if (last !== undefined && isAlike(last.message, message)) return last
    this.#lastEncoded = undefined
    this.#writer.clear()
    const written = writeSections(this.#writer, message)
    const sections = { bytes: this.#writer.written, ...written }
    if (message.encodedProperties !== undefined) this.#lastEncoded = { message, ...sections }
    return sections
  }
}

function isAlike(last: Message, message: Message): boolean {
  const sameRoute = last.exchange === message.exchange && last.routingKey === message.routingKey
  return sameRoute && message.sharesPropertiesWith(last)
}

function decodeAny(encoded: Uint8Array): DecodedSections {
  try {
    return decodeSections(encoded)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    // A client of the stream protocol can write anything. RabbitMQ's channel crashes on it.
    const nowhere = { exchange: undefined, routingKey: undefined, extraKeys: [] }
    return { ...nowhere, properties: noProperties, body: encoded, bodyAt: encoded.length }
  }
}

function startsWith(encoded: Uint8Array, prefix: Uint8Array): boolean {
  if (prefix.length >= encoded.length) return false
  for (let at = 0; at < prefix.length; at++) if (encoded[at] !== prefix[at]) return false
  return true
}

/** The body, if it is one section of data that starts at `at`; undefined if it is anything else. */
function dataAt(encoded: Uint8Array, at: number): Uint8Array | undefined {
  if (encoded[at] !== 0 || encoded[at + 1] !== 0x53 || encoded[at + 2] !== section.data)
    return undefined
  const isShort = encoded[at + 3] === 0xa0
  if (!isShort && encoded[at + 3] !== 0xb0) return undefined
  const start = at + (isShort ? 5 : 8)
  let length = 0
  for (let i = at + 4; i < start; i++) length = length * 256 + (encoded[i] ?? 0)
  return start + length === encoded.length ? encoded.subarray(start) : undefined
}
