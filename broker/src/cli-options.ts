import { parseArgs } from 'node:util'

import { checkTlsFlags, tlsFlags, tlsUsage, type TlsFlags } from './cli-tls.ts'
import { commandHelp } from './ctl/run.ts'
import type { BrokerOptions, StreamOptions } from './index.ts'

export const usage = `Usage: messaging-patterns-broker [options]
       messaging-patterns-broker COMMAND [arguments]

An AMQP 0-9-1 broker that behaves like RabbitMQ. It keeps everything in memory.

  --port <number>     the port to listen on; 0 for a free port (default 5672)
  --host <address>    an address to listen on; repeatable (default 127.0.0.1)
  --management-port <number>
                      the port of the management page and HTTP API (default:
                      10000 above --port, so usually 15672, if it is free)
  --no-management     no management page and API
  --stream-port <number>
                      the port for the stream protocol (default: 120 below
                      --port, so usually 5552, if it is free)
  --no-streams        no stream protocol
  --stream-tls-port <number>
                      the port for the stream protocol over TLS (default: none);
                      needs one of the options for TLS
${tlsUsage}
  --definitions <file>
                      create what is in a file of definitions from RabbitMQ
  --permit-transient  allow queues that are neither durable nor exclusive
  --relaxed-checks    accept a classic queue's declaration if a quorum queue
                      has its name
  --product <name>    the product name to report, for clients that require
                      RabbitMQ
  --trace             copy all messages to the exchange amq.rabbitmq.trace
  --verbose           print what happens
  --help              print this help

Press Enter, or send the signal SIGUSR2, to see the queues and exchanges.

While the broker is running, use these commands of rabbitmqctl in another
terminal. --help after a command shows its options.

${commandHelp}`

/** As in RabbitMQ, which listens on 5672, 15672 and 5552. */
const managementPortDistance = 10_000
const streamPortDistance = -120

export interface CliOptions {
  /** Without TLS, which needs files. */
  readonly broker: CliBrokerOptions
  readonly hosts: readonly string[]
  readonly tls: TlsFlags
  /** Whether a port was chosen. The default one is not worth failing for. */
  readonly insistsOn: { readonly management: boolean; readonly streams: boolean }
  /** The file with definitions to import. */
  readonly definitions: string | undefined
  readonly verbose: boolean
  readonly help: boolean
}

/** On the command line, streams always have more than one option. */
export type CliBrokerOptions = BrokerOptions & { readonly streams?: StreamOptions }

/** Throws if an option is unknown, or has no value. */
export function parseOptions(args: readonly string[]): CliOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '5672' },
      host: { type: 'string', multiple: true, default: ['127.0.0.1'] },
      'management-port': { type: 'string' },
      'no-management': { type: 'boolean', default: false },
      'stream-port': { type: 'string' },
      'stream-tls-port': { type: 'string' },
      'no-streams': { type: 'boolean', default: false },
      ...tlsFlags,
      definitions: { type: 'string' },
      'permit-transient': { type: 'boolean', default: false },
      'relaxed-checks': { type: 'boolean', default: false },
      product: { type: 'string' },
      trace: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { port, host: hosts, product, definitions, verbose, help } = values
  const { 'management-port': managementPort, 'stream-port': streamPort } = values
  const streamTlsPort = values['stream-tls-port']
  checkTlsFlags(values)
  const broker = {
    port: Number(port),
    host: hosts,
    ...(!values['no-management'] && {
      management: Number(managementPort ?? portAt(managementPortDistance, Number(port))),
    }),
    ...(!values['no-streams'] && {
      streams: {
        port: Number(streamPort ?? portAt(streamPortDistance, Number(port))),
        ...(streamTlsPort !== undefined && { tlsPort: Number(streamTlsPort) }),
      },
    }),
    permitTransientQueues: values['permit-transient'],
    relaxedChecksOnRedeclaration: values['relaxed-checks'],
    traceVhosts: values.trace ? ['/'] : [],
    ...(product !== undefined && { product }),
  }
  const insistsOn = { management: managementPort !== undefined, streams: streamPort !== undefined }
  return { broker, hosts, tls: values, insistsOn, definitions, verbose, help }
}

/** A free port if there is none at that distance. */
function portAt(distance: number, port: number): number {
  const at = port + distance
  return port === 0 || at < 0 || at > 65_535 ? 0 : at
}
