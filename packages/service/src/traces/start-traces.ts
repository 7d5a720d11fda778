import { createRequire } from 'node:module'
import { syncBuiltinESMExports } from 'node:module'

import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg'
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'

import type { TraceSettings } from './settings.ts'
import { TraceMemory } from './trace-memory.ts'
import { treeOf } from './tree.ts'

/** Records spans until it is disposed of, which sends the last ones. */
export interface Traces extends AsyncDisposable {
  /** The trace of an order as text; undefined if it is unknown. */
  readonly show?: (orderId: string) => string | undefined
}

/**
 * Records the spans of `node:http`, `pg` and our messages. OpenTelemetry's own variables apply as well, such as
 * OTEL_SERVICE_NAME, OTEL_EXPORTER_OTLP_HEADERS and OTEL_TRACES_SAMPLER.
 */
export function startTraces({ keep, endpoint }: TraceSettings): Traces {
  const memory = keep ? new TraceMemory() : undefined
  const provider = new NodeTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'orders' }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [
      ...(memory === undefined ? [] : [memory]),
      // The exporter reads the variable itself, and appends the path.
      ...(endpoint === undefined ? [] : [new BatchSpanProcessor(new OTLPTraceExporter())]),
    ],
  })
  provider.register()
  instrument()
  return {
    ...(memory !== undefined && {
      show: (orderId) => {
        const spans = memory.spansOf(orderId)
        return spans.length === 0 ? undefined : treeOf(spans)
      },
    }),
    [Symbol.asyncDispose]: () => provider.shutdown(),
  }
}

const notTraced = /^\/(healthz|readyz|metrics)$/

function instrument(): void {
  registerInstrumentations({
    instrumentations: [
      new HttpInstrumentation({
        ignoreIncomingRequestHook: ({ url = '' }) => notTraced.test(url),
      }),
      new PgInstrumentation({ requireParentSpan: true }),
    ],
  })
  // The instrumentations change a module when it is required. Imports see the changed prototypes too, so no
  // loader hook is needed, with which tsx would not work.
  const require = createRequire(import.meta.url)
  for (const name of ['node:http', 'pg']) require(name)
  syncBuiltinESMExports()
}
