import type { Headers } from '@messaging-patterns/shared'

import { validate, type EventType, type Result } from './event-type.ts'
import { eventTypes, isEventName, type EventName, type OrderEvent } from './events.ts'

/** No other attempt will make this message readable, so it is parked at once. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent'
}

const source = '/messaging-patterns/service'
const schemaPrefix = 'urn:messaging-patterns:service:'

/** The URI of a schema. CloudEvents wants another one for each incompatible version. */
export function dataSchema(name: EventName, version: number): string {
  return `${schemaPrefix}${name}:${version}`
}

/**
 * An event's metadata as headers, in the binary mode of the AMQP binding of CloudEvents 1.0.2: the data
 * is the body, `datacontenttype` is the content type, and each other attribute is a header.
 */
export function headersOf({ id, name, orderId, time }: OrderEvent): Record<string, string> {
  return {
    'cloudEvents:specversion': '1.0',
    'cloudEvents:id': id,
    'cloudEvents:source': source,
    'cloudEvents:type': name,
    'cloudEvents:subject': orderId,
    'cloudEvents:time': time,
    'cloudEvents:dataschema': dataSchema(name, eventTypes[name].version),
  }
}

/** The event of a message, in its current version. Rejects with an {@link UnreadableEvent}. */
export async function readEvent(headers: Headers, body: unknown): Promise<OrderEvent> {
  const attribute = (key: string): string => attributeOf(headers, key)
  if (attribute('specversion') !== '1.0')
    throw new UnreadableEvent('cloudEvents:specversion is not 1.0')
  const name = attribute('type')
  if (!isEventName(name)) throw new UnreadableEvent(`there is no event "${name}"`)
  const result = await readData({ name, dataSchema: attribute('dataschema') }, body)
  if ('problem' in result) throw new UnreadableEvent(`${name}: ${result.problem}`)
  const event = {
    id: attribute('id'),
    name,
    orderId: attribute('subject'),
    time: attribute('time'),
    data: result.data,
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema of this name has validated the data
  return event as OrderEvent
}

function readData(
  { name, dataSchema: schema }: { readonly name: EventName; readonly dataSchema: string },
  body: unknown,
): Result<unknown> | Promise<Result<unknown>> {
  const type: EventType<unknown> = eventTypes[name]
  if (schema === dataSchema(name, type.version)) return validate(type.schema, body)
  const [, old] =
    Object.entries(type.old).find(([version]) => schema === dataSchema(name, Number(version))) ?? []
  if (old !== undefined) return old.read(body)
  return {
    problem: `the schema "${schema}" is unknown; this program reads up to version ${type.version}`,
  }
}

/** Some clients write "_" instead of ":", which JMS does not allow in names. */
function attributeOf(headers: Headers, key: string): string {
  const value = headers[`cloudEvents:${key}`] ?? headers[`cloudEvents_${key}`]
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'string') return value
  throw new UnreadableEvent(`the header cloudEvents:${key} is missing`)
}
