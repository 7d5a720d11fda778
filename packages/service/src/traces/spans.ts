import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
} from '@opentelemetry/api'

import { contextOf, currentTrace, type TraceHeaders } from './context.ts'

// Without an SDK, which start-traces.ts loads, spans are empty objects, and cost next to nothing.
const tracer = trace.getTracer('@messaging-patterns/service')

/** What is known about a message when it is sent or received. */
export interface TracedMessage {
  readonly exchange: string
  readonly routingKey: string
  readonly id: string | undefined
  /** All messages of an order are one conversation. */
  readonly orderId: string | undefined
}

// Names and attributes are those of OpenTelemetry's semantic conventions for RabbitMQ.
function attributesOf(message: TracedMessage, operation: string, destination: string): Attributes {
  return {
    'messaging.system': 'rabbitmq',
    'messaging.operation.name': operation,
    'messaging.operation.type': operation,
    'messaging.destination.name': destination,
    'messaging.rabbitmq.destination.routing_key': message.routingKey,
    ...(message.id !== undefined && { 'messaging.message.id': message.id }),
    ...(message.orderId !== undefined && { 'messaging.message.conversation_id': message.orderId }),
  }
}

/**
 * Sends a message in a span of its own. `stored` says which span has caused it: the one that was current
 * when the message was put in the outbox. `send` gets the headers that tell the consumer.
 */
export function inSendSpan(
  message: TracedMessage,
  stored: TraceHeaders = {},
  send: (headers: TraceHeaders) => Promise<void>,
): Promise<void> {
  const destination = `${message.exchange}:${message.routingKey}`
  const attributes = attributesOf(message, 'send', destination)
  const options = { kind: SpanKind.PRODUCER, attributes, parent: contextOf(stored) }
  // If this process does not trace, the consumer continues the trace of the process that does.
  return inSpan(`send ${destination}`, options, () => send(currentTrace() ?? stored))
}

/** Handles a message in a span that belongs to the one that has sent it. */
export function inProcessSpan<T>(
  message: TracedMessage & {
    readonly queue: string
    readonly headers: Readonly<Record<string, unknown>>
  },
  work: () => Promise<T>,
): Promise<T> {
  const destination = `${message.exchange}:${message.routingKey}:${message.queue}`
  const attributes = attributesOf(message, 'process', destination)
  const options = { kind: SpanKind.CONSUMER, attributes, parent: contextOf(message.headers) }
  return inSpan(`process ${destination}`, options, work)
}

/**
 * Runs a statement of PGlite, for which there is no official instrumentation. As with that of `pg`, only
 * what belongs to a trace is recorded: the relay asks many times per second.
 */
export function inQuerySpan<T>(sql: string, work: () => Promise<T>): Promise<T> {
  if (trace.getActiveSpan() === undefined) return work()
  const [operation = ''] = sql.trim().split(/\s/, 1)
  const attributes = { 'db.system.name': 'postgresql', 'db.query.text': sql }
  const options = { kind: SpanKind.CLIENT, attributes, parent: context.active() }
  return inSpan(operation.toUpperCase(), options, work)
}

/** Says which of the routes has matched, as the instrumentation of `node:http` cannot know it. */
export function nameRequest(method: string, route: string): void {
  trace.getActiveSpan()?.setAttribute('http.route', route).updateName(`${method} ${route}`)
}

interface SpanOptions {
  readonly kind: SpanKind
  readonly attributes: Attributes
  readonly parent: Context
}

function inSpan<T>(
  name: string,
  { kind, attributes, parent }: SpanOptions,
  work: () => Promise<T>,
): Promise<T> {
  return tracer.startActiveSpan(name, { kind, attributes }, parent, async (span) => {
    try {
      return await work()
    } catch (error) {
      span.recordException(error instanceof Error ? error : String(error))
      span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) })
      throw error
    } finally {
      span.end()
    }
  })
}
