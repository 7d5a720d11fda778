import { Message } from '../core/message/message.ts'
import { long, sortedTable, type FieldTable } from '../protocol/field-value.ts'
import type { MessageProperties } from '../protocol/properties.ts'
import { ByteWriter } from '../wire/byte-writer.ts'
import { readProperties, writeProperties } from '../wire/properties-codec.ts'
import type { DecodedSections } from './message-decoder.ts'

/**
 * Makes messages with the same properties, except for their offset. Only the offset is encoded each time:
 * consecutive messages of a stream often have the same properties.
 */
export class DeliveredMessage {
  readonly #sections: DecodedSections
  readonly #queue: string
  /** The encoded properties, with any offset. */
  readonly #template: Uint8Array
  /** Where they contain the offset. */
  readonly #offsetAt: number

  constructor(sections: DecodedSections, queue: string) {
    this.#sections = sections
    this.#queue = queue
    this.#template = encodeWithOffset(sections.properties, 0)
    // The offset is where they differ.
    const other = encodeWithOffset(sections.properties, -1)
    this.#offsetAt = this.#template.findIndex((byte, at) => byte !== other[at])
  }

  create(offset: number, body: Uint8Array): Message {
    const encodedProperties = this.#template.slice()
    let rest = offset
    for (let at = this.#offsetAt + 7; rest > 0; at--) {
      encodedProperties[at] = rest % 256
      rest = Math.floor(rest / 256)
    }
    return create({ ...this.#sections, body }, this.#queue, encodedProperties)
  }
}

/** Makes a single message. */
export function deliveredMessage(
  sections: DecodedSections,
  { offset, queue }: { readonly offset: number; readonly queue: string },
): Message {
  return create(sections, queue, encodeWithOffset(sections.properties, offset))
}

function create(
  { exchange = '', routingKey, extraKeys, body }: DecodedSections,
  queue: string,
  encodedProperties: Uint8Array,
): Message {
  return new Message({
    exchange,
    routingKey: routingKey ?? queue,
    extraKeys,
    properties: readProperties,
    encodedProperties,
    body,
  })
}

const writer = new ByteWriter()

function encodeWithOffset(properties: MessageProperties, offset: number): Uint8Array {
  writer.clear()
  writeProperties(writer, properties, withOffset(properties.headers, offset))
  return writer.written.slice()
}

function withOffset(headers: FieldTable | undefined, offset: number): FieldTable {
  const fields = new Map(headers).set('x-stream-offset', long(offset))
  return headers === undefined ? fields : sortedTable(fields)
}
