/** A running broker. */
export interface Broker extends AsyncDisposable {
  readonly url: string
  /** For clients of the stream protocol; undefined if the broker does not speak it. */
  readonly streamUrl?: string
  /** Its name on the page. */
  readonly title: string
  readonly version: string
  /** For CPU and memory; undefined if a URL named the broker. */
  readonly pid: number | undefined
}
