import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'

import { MessagingError } from '../errors/messaging-error.ts'

/** What an amqps:// connection trusts (`ca`), and the certificate that it presents. */
export type TlsOptions = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'passphrase'>

/** RabbitMQ's names for these files in a URL, and Node's for their contents. */
const parameters = [
  ['cacertfile', 'ca'],
  ['certfile', 'cert'],
  ['keyfile', 'key'],
] as const

/**
 * Reads the files that amqps:// URLs name: `?cacertfile=ca.pem&certfile=me.pem&keyfile=me.key`, as in
 * RabbitMQ's URI specification. The nodes of a cluster share one authority, so the last file wins.
 */
export function tlsOptions(urls: readonly URL[]): TlsOptions {
  const options: TlsOptions = {}
  for (const { searchParams } of urls)
    for (const [parameter, option] of parameters) {
      const file = searchParams.get(parameter)
      if (file !== null) options[option] = read(file, parameter)
    }
  return options
}

function read(file: string, parameter: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new MessagingError(
      'INVALID_URL',
      `cannot read the ${parameter} of the URL: ${cause instanceof Error ? cause.message : file}`,
      { cause, remedy: 'name a file in PEM format' },
    )
  }
}
