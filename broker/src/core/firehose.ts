import { longstr, sortedTable, type FieldTable, type FieldValue } from '../protocol/field-value.ts'
import type { MessageProperties } from '../protocol/properties.ts'
import { nodeName } from '../settings/node-name.ts'
import { traceExchange, type ExchangeRegistry } from './exchange-registry.ts'
import { Message } from './message/message.ts'
import type { Router } from './router.ts'
import type { RoutingTarget } from './routing-target.ts'

/** The channel on which a message was published or delivered. */
export interface TracedChannel {
  /** The name of the connection. */
  readonly connection: string
  /** The name that the client gave it, if any. */
  readonly userProvidedName: string | undefined
  readonly channel: number
  readonly user: string
}

/** A message that a client received. */
export interface TracedDelivery {
  readonly queue: string
  readonly message: Message
  readonly redelivered: boolean
  /** As they were sent: a quorum queue adds headers. */
  readonly properties: MessageProperties
}

/**
 * The firehose of a virtual host: publishes a copy of each message that clients publish or receive to
 * amq.rabbitmq.trace. The body is that of the message, and the headers contain everything else.
 */
export class Firehose {
  readonly #vhost: string
  readonly #exchanges: ExchangeRegistry
  readonly #router: Router

  constructor(parts: {
    readonly vhost: string
    readonly exchanges: ExchangeRegistry
    readonly router: Router
  }) {
    this.#vhost = parts.vhost
    this.#exchanges = parts.exchanges
    this.#router = parts.router
  }

  published(message: Message, targets: readonly RoutingTarget[], by: TracedChannel): void {
    const queues = routedQueues(message, targets)
    this.#trace(`publish.${message.exchange}`, message, {
      ...this.#headers(message, message.properties, by),
      routed_queues: array(queues),
    })
  }

  delivered({ queue, message, redelivered, properties }: TracedDelivery, to: TracedChannel): void {
    this.#trace(`deliver.${queue}`, message, {
      ...this.#headers(message, properties, to),
      redelivered: signedint(Number(redelivered)),
    })
  }

  #headers(
    { exchange, routingKey, extraKeys }: Message,
    properties: MessageProperties,
    { connection, userProvidedName, channel, user }: TracedChannel,
  ): Record<string, FieldValue> {
    return {
      exchange_name: longstr(exchange),
      routing_keys: array([routingKey, ...extraKeys]),
      properties: { type: 'table', value: propertyTable(properties) },
      node: longstr(nodeName),
      vhost: longstr(this.#vhost),
      connection: longstr(connection),
      ...(userProvidedName !== undefined && { user_provided_name: longstr(userProvidedName) }),
      channel: signedint(channel),
      user: longstr(user),
    }
  }

  #trace(
    routingKey: string,
    { exchange, body }: Message,
    headers: Readonly<Record<string, FieldValue>>,
  ): void {
    // Tracing its own messages would never end.
    if (exchange === traceExchange) return
    const properties = { headers: sortedTable(new Map(Object.entries(headers))) }
    const trace = new Message({ exchange: traceExchange, routingKey, properties, body })
    for (const target of this.#router.route(this.#exchanges.expect(traceExchange), trace))
      target.enqueue(trace)
  }
}

/**
 * The default exchange counts every routing key as a queue, whether it exists or not. The other exchanges
 * list the queues in descending order, as RabbitMQ does while there are at most 32.
 */
function routedQueues(message: Message, targets: readonly RoutingTarget[]): readonly string[] {
  if (message.exchange !== '')
    return targets
      .map(({ name }) => name)
      .toSorted()
      .toReversed()
  return Array.from(new Set([message.routingKey, ...message.extraKeys])).toSorted()
}

/** RabbitMQ's names, in the reverse order of AMQP. */
const propertyNames: readonly (readonly [keyof MessageProperties, string])[] = [
  ['clusterId', 'cluster_id'],
  ['appId', 'app_id'],
  ['userId', 'user_id'],
  ['type', 'type'],
  ['timestamp', 'timestamp'],
  ['messageId', 'message_id'],
  ['expiration', 'expiration'],
  ['replyTo', 'reply_to'],
  ['correlationId', 'correlation_id'],
  ['priority', 'priority'],
  ['deliveryMode', 'delivery_mode'],
  ['headers', 'headers'],
  ['contentEncoding', 'content_encoding'],
  ['contentType', 'content_type'],
]

function propertyTable(properties: MessageProperties): FieldTable {
  return new Map(
    propertyNames.flatMap(([key, name]) => {
      const value = properties[key]
      return value === undefined ? [] : [[name, propertyField(value)] as const]
    }),
  )
}

function propertyField(value: string | number | bigint | FieldTable): FieldValue {
  if (typeof value === 'string') return longstr(value)
  if (typeof value === 'object') return { type: 'table', value: sortedTable(value) }
  return signedint(value)
}

/** Of a number with more than 32 bits, RabbitMQ keeps the lower ones: timestamps after 2038. */
function signedint(value: number | bigint): FieldValue {
  return { type: 'signedint', value: Number(BigInt.asIntN(32, BigInt(value))) }
}

function array(texts: readonly string[]): FieldValue {
  return { type: 'array', value: texts.map(longstr) }
}
