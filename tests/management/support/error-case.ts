export function bad(reason: unknown): object {
  return { error: 'bad_request', reason }
}

/** A request, and how it fails. VHOST stands for the virtual host of the test. */
export interface Case {
  readonly request: readonly [method: string, path: string, body?: unknown]
  readonly status: number
  readonly body?: unknown
}
