import { context, propagation, trace, type Context } from '@opentelemetry/api'

/**
 * Which span something belongs to, in the headers of W3C: `traceparent`, and sometimes `tracestate` and
 * `baggage`.
 */
export type TraceHeaders = Readonly<Record<string, string>>

/** The current span, to be stored or sent; undefined if nothing is traced. */
export function currentTrace(): TraceHeaders | undefined {
  const headers: Record<string, string> = {}
  propagation.inject(context.active(), headers)
  return Object.keys(headers).length === 0 ? undefined : headers
}

/** The context in which the message with these headers was sent. */
export function contextOf(headers: Readonly<Record<string, unknown>>): Context {
  return propagation.extract(context.active(), headers, {
    keys: (carrier) => Object.keys(carrier),
    get(carrier, key) {
      const value = carrier[key]
      return typeof value === 'string' ? value : undefined
    },
  })
}

/** The id of the current trace, for the log; undefined if nothing is traced. */
export function currentTraceId(): string | undefined {
  return trace.getActiveSpan()?.spanContext().traceId
}
