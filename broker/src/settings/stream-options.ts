import { checkPort } from './invalid-option-error.ts'

/** The listener for the stream protocol. */
export interface StreamOptions {
  /** Default 0: a free port. */
  readonly port?: number
  /**
   * The address that clients are told, because they connect again, to the node that has a stream.
   * Default: the address that they have connected to.
   */
  readonly advertisedHost?: string
  readonly advertisedPort?: number
}

export interface StreamSettings {
  readonly port: number
  readonly advertisedHost: string | undefined
  readonly advertisedPort: number | undefined
}

/** A number is a port. Throws an InvalidOptionError. */
export function resolveStreams(
  options: number | StreamOptions | undefined,
): StreamSettings | undefined {
  if (options === undefined) return undefined
  const given: StreamOptions = typeof options === 'number' ? { port: options } : options
  const { port = 0, advertisedHost, advertisedPort } = given
  checkPort('streams', port)
  checkPort('streams', advertisedPort ?? 0)
  return { port, advertisedHost, advertisedPort }
}
