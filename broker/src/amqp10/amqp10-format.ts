import { Message } from '../core/message/message.ts'
import type { EncodedMessage, MessageFormat } from '../core/stream/message-format.ts'
import { long, sortedTable } from '../protocol/field-value.ts'
import { noProperties } from '../protocol/properties.ts'
import { DecodeError } from '../wire/byte-reader.ts'
import { decodeSections, readBody, type DecodedSections } from './message-decoder.ts'
import { encodeBody, encodeSections } from './message-encoder.ts'
import { section } from './sections.ts'

/** The sections of the last message, which the next one often has as well. */
interface LastEncoded {
  readonly exchange: string
  readonly routingKey: string
  readonly properties: Uint8Array
  readonly bytes: Uint8Array
  readonly filterValue: string
}

interface LastDecoded {
  /** The sections before the body. */
  readonly prefix: Uint8Array
  readonly sections: DecodedSections
}

/** Stores messages in the format of AMQP 1.0, as RabbitMQ does in streams. */
export class Amqp10Format implements MessageFormat {
  #lastEncoded: LastEncoded | undefined
  #lastDecoded: LastDecoded | undefined

  encode(message: Message): EncodedMessage {
    const { bytes, filterValue } = this.#sectionsOf(message)
    return { parts: [bytes, ...encodeBody(message)], filterValue }
  }

  decode(
    encoded: Uint8Array,
    { offset, queue }: { readonly offset: number; readonly queue: string },
  ): Message {
    const { exchange = '', routingKey = queue, properties, body } = this.#decode(encoded)
    const headers = new Map(properties.headers).set('x-stream-offset', long(offset))
    return new Message({
      exchange,
      routingKey,
      properties: { ...properties, headers: sortedTable(headers) },
      body,
    })
  }

  /** Messages that a channel publishes one after the other share their encoded properties. */
  #sectionsOf(message: Message): Pick<LastEncoded, 'bytes' | 'filterValue'> {
    const { encodedProperties, exchange, routingKey } = message
    const last = this.#lastEncoded
    const isSame =
      last?.properties === encodedProperties &&
      last?.exchange === exchange &&
      last.routingKey === routingKey
    if (isSame) return last
    const sections = encodeSections(message)
    if (encodedProperties !== undefined)
      this.#lastEncoded = { exchange, routingKey, properties: encodedProperties, ...sections }
    return sections
  }

  #decode(encoded: Uint8Array): DecodedSections {
    const last = this.#lastDecoded
    try {
      if (last !== undefined && startsWith(encoded, last.prefix))
        return { ...last.sections, body: readBody(encoded, last.prefix.length) }
      const sections = decodeSections(encoded)
      if (encoded[sections.bodyAt + 2] === section.data)
        this.#lastDecoded = { prefix: encoded.slice(0, sections.bodyAt), sections }
      return sections
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      // A client of the stream protocol can write anything. RabbitMQ's channel crashes on it.
      const nowhere = { exchange: undefined, routingKey: undefined }
      return { ...nowhere, properties: noProperties, body: encoded, bodyAt: 0 }
    }
  }
}

/** Whether it has the sections `prefix`, and then data. */
function startsWith(encoded: Uint8Array, prefix: Uint8Array): boolean {
  if (encoded[prefix.length + 2] !== section.data) return false
  for (let at = 0; at < prefix.length; at++) if (encoded[at] !== prefix[at]) return false
  return true
}
