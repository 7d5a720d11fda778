import { checkPort, InvalidOptionError } from './invalid-option-error.ts'
import type { TlsOptions } from './tls-options.ts'

/** The listener for the stream protocol. */
export interface StreamOptions {
  /** Default 0: a free port. */
  readonly port?: number
  /**
   * The port for the protocol over TLS, with the certificates of the option `tls`; 0 for a free one.
   * Default: none.
   */
  readonly tlsPort?: number
  /**
   * The address that clients are told, because they connect again, to the node that has a stream.
   * Default: the address that they have connected to, or `localhost` for one of this machine, as in the
   * name of the node.
   */
  readonly advertisedHost?: string
  readonly advertisedPort?: number
  /** The port that clients with TLS are told, likewise. */
  readonly advertisedTlsPort?: number
}

export interface StreamSettings {
  readonly port: number
  readonly tlsPort: number | undefined
  readonly advertisedHost: string | undefined
  readonly advertisedPort: number | undefined
  readonly advertisedTlsPort: number | undefined
}

/** A number is a port. Throws an InvalidOptionError. */
export function resolveStreams(
  options: number | StreamOptions | undefined,
  tls: TlsOptions | undefined,
): StreamSettings | undefined {
  if (options === undefined) return undefined
  const given: StreamOptions = typeof options === 'number' ? { port: options } : options
  const { port = 0, tlsPort, advertisedHost, advertisedPort, advertisedTlsPort } = given
  for (const each of [port, tlsPort, advertisedPort, advertisedTlsPort])
    checkPort('streams', each ?? 0)
  if (tlsPort !== undefined && tls === undefined)
    throw new InvalidOptionError(
      'streams.tlsPort',
      'needs the option tls, which has the certificates',
    )
  return { port, tlsPort, advertisedHost, advertisedPort, advertisedTlsPort }
}
