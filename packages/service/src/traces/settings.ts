/** Where the spans of this process go. If nowhere, none are recorded. */
export interface TraceSettings {
  /** Whether this process keeps the last ones, for `GET /orders/ID/trace`. */
  readonly keep: boolean
  /** The OTLP endpoint of a collector. */
  readonly endpoint: string | undefined
}
