import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'

import { MessagingError } from './errors.ts'

/** What an amqps:// connection trusts, and shows of itself. */
export type TlsOptions = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'passphrase'>

/** RabbitMQ's own names for these files in a URL, and Node's for what is in them. */
const parameters = [
  ['cacertfile', 'ca'],
  ['certfile', 'cert'],
  ['keyfile', 'key'],
] as const

/**
 * The files that amqps:// URLs name: `?cacertfile=ca.pem&certfile=me.pem&keyfile=me.key`, as RabbitMQ's
 * URI specification has it. The nodes of a cluster share one authority, so the last to name a file wins.
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
      `the ${parameter} of the URL cannot be read: ${cause instanceof Error ? cause.message : file}`,
      { cause, remedy: 'name a file in PEM format' },
    )
  }
}
