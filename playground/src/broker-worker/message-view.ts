import type { EventMessage } from '@messaging-patterns/broker'

import type { Message } from '../picture/update.ts'

/** A longer body is cut. */
const longestBody = 2000

type Properties = EventMessage['properties']
type FieldTable = NonNullable<Properties['headers']>
type FieldValue = FieldTable extends ReadonlyMap<string, infer V> ? V : never

/** What a picture shows of a message. */
export function messageView(id: number, message: EventMessage, offset?: number): Message {
  const { exchange, routingKey, body } = message
  const { headers, ...properties } = message.properties
  const view = { id, exchange, routingKey, body: textOf(body), bytes: body.length }
  const place = offset === undefined ? {} : { offset }
  return {
    ...view,
    ...place,
    properties,
    headers: headers === undefined ? {} : plainTable(headers),
  }
}

/** The body as text; undefined if it is none. */
function textOf(body: Uint8Array): string | undefined {
  const isLong = body.length > longestBody
  try {
    const part = isLong ? body.subarray(0, longestBody) : body
    // With `stream`, a character that was cut at the end is fine.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(part, { stream: isLong })
    return isLong ? `${text}...` : text
  } catch {
    return undefined
  }
}

function plainTable(table: FieldTable): Record<string, unknown> {
  return Object.fromEntries(Array.from(table, ([name, field]) => [name, plain(field)]))
}

function plain(field: FieldValue): unknown {
  if (field.type === 'table') return plainTable(field.value)
  return field.type === 'array' ? field.value.map(plain) : field.value
}
