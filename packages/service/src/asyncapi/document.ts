import type { Consumer } from '../inbox/consumer.ts'
import { dataSchema } from '../messages/envelope.ts'
import type { EventType, Schema } from '../messages/event-type.ts'
import { eventTypes, isEventName, type EventName } from '../messages/events.ts'

/** The name of AsyncAPI's own rules for JSON Schema. */
const target = 'draft-07'

/**
 * An AsyncAPI 3.0 document of the events, made from the schemas that validate them, so it cannot say
 * anything else.
 */
export function asyncApiDocument(
  consumers: readonly Consumer[],
): Readonly<Record<string, unknown>> {
  const names = Object.keys(eventTypes).filter(isEventName)
  const messages = Object.fromEntries(names.flatMap(messagesOf))
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Orders',
      version: '0.1.0',
      description: 'What happens to an order, as events in the binary mode of CloudEvents.',
    },
    defaultContentType: 'application/json',
    channels: {
      orders: {
        address: null,
        description: 'A topic exchange. The routing key is the name of the event.',
        messages: Object.fromEntries(
          Object.keys(messages).map((key) => [key, reference('components/messages', key)]),
        ),
        bindings: {
          amqp: {
            is: 'routingKey',
            exchange: { name: 'orders', type: 'topic', durable: true, autoDelete: false },
          },
        },
      },
    },
    operations: {
      publish: {
        action: 'send',
        channel: { $ref: '#/channels/orders' },
        messages: names.map(current),
      },
      ...Object.fromEntries(
        consumers.map(({ name, events }) => [
          name,
          {
            action: 'receive',
            channel: { $ref: '#/channels/orders' },
            description: `Consumes the queue "orders.${name}".`,
            messages: events.map(current),
          },
        ]),
      ),
    },
    components: { messages },
  }
}

/** The version that is published. */
function current(name: EventName): unknown {
  return reference('channels/orders/messages', keyOf(name))
}

/** All versions of an event. */
function messagesOf(name: EventName): (readonly [string, unknown])[] {
  const type: EventType<unknown> = eventTypes[name]
  const old = Object.entries(type.old).map(
    ([version, { schema }]) =>
      [keyOf(name, Number(version)), message(name, Number(version), schema)] as const,
  )
  return [...old, [keyOf(name), message(name, type.version, type.schema)]]
}

/** As in "order.placed.2". */
function keyOf(name: EventName, version: number = eventTypes[name].version): string {
  return `${name}.${version}`
}

function message(name: EventName, version: number, schema: Schema<unknown>): unknown {
  const type: EventType<unknown> = eventTypes[name]
  const text = { type: 'string' }
  return {
    name,
    summary: type.describe,
    ...(version !== type.version && { tags: [{ name: 'read, but no longer published' }] }),
    contentType: 'application/json',
    headers: {
      type: 'object',
      required: ['specversion', 'id', 'source', 'type', 'subject', 'time', 'dataschema'].map(
        (key) => `cloudEvents:${key}`,
      ),
      properties: {
        'cloudEvents:specversion': { const: '1.0' },
        'cloudEvents:id': text,
        'cloudEvents:source': text,
        'cloudEvents:type': { const: name },
        'cloudEvents:subject': { ...text, description: 'The id of the order' },
        'cloudEvents:time': { ...text, format: 'date-time' },
        'cloudEvents:dataschema': { const: dataSchema(name, version) },
      },
    },
    payload: schema['~standard'].jsonSchema.input({ target }),
    bindings: { amqp: { messageType: name } },
  }
}

function reference(path: string, key: string): { readonly $ref: string } {
  return { $ref: `#/${path}/${key}` }
}
