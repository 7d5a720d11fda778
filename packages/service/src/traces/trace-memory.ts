import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-node'

const maxTraces = 100

/** Keeps the last traces of this process, to look at without any other program. */
export class TraceMemory implements SpanProcessor {
  readonly #traces = new Map<string, ReadableSpan[]>()

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    const { traceId } = span.spanContext()
    const spans = this.#traces.get(traceId) ?? []
    spans.push(span)
    this.#traces.set(traceId, spans)
    const [oldest] = this.#traces.keys()
    if (this.#traces.size > maxTraces && oldest !== undefined) this.#traces.delete(oldest)
  }

  /** The spans of the trace that an order belongs to; empty if it is unknown or too old. */
  spansOf(orderId: string): readonly ReadableSpan[] {
    const isOfOrder = ({ attributes }: ReadableSpan): boolean =>
      attributes['messaging.message.conversation_id'] === orderId
    return [...this.#traces.values()].find((spans) => spans.some(isOfOrder)) ?? []
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
