import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { describeTopology } from './describe-topology.ts'
import { startBroker, InvalidOptionError, type Broker, type BrokerOptions } from './index.ts'

const usage = `Usage: messaging-patterns-broker [options]

An AMQP 0-9-1 broker that behaves like RabbitMQ. It keeps everything in memory.

  --port <number>    the port to listen on; 0 for a free port (default 5672)
  --host <address>   an address to listen on; can be repeated (default 127.0.0.1)
  --stream-port <number>
                     the port for the stream protocol (default: 120 below
                     --port, so usually 5552, if it is free)
  --no-streams       no stream protocol
  --permit-transient allow queues that are neither durable nor exclusive
  --relaxed-checks   accept a classic queue's declaration if a quorum queue has its name
  --product <name>   the product name to report, for clients that require RabbitMQ
  --verbose          print what happens
  --help             print this help

Press Enter, or send the signal SIGUSR2, to see the queues and exchanges.`

/** Runs the broker until SIGINT or SIGTERM; returns the exit code. */
export async function runCli(args: readonly string[]): Promise<number> {
  let options: CliOptions
  try {
    options = parse(args)
  } catch (error) {
    print(`${messageOf(error)}\n\n${usage}`, process.stderr)
    return 1
  }
  if (options.help) {
    print(usage)
    return 0
  }
  return serve(options)
}

/** As in RabbitMQ, which listens on 5672 and 5552. */
const streamPortDistance = 120

interface CliOptions {
  readonly broker: BrokerOptions
  /** The stream protocol on the default port is not worth failing for. */
  readonly insistsOnStreams: boolean
  readonly verbose: boolean
  readonly help: boolean
}

function parse(args: readonly string[]): CliOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '5672' },
      host: { type: 'string', multiple: true, default: ['127.0.0.1'] },
      'stream-port': { type: 'string' },
      'no-streams': { type: 'boolean', default: false },
      'permit-transient': { type: 'boolean', default: false },
      'relaxed-checks': { type: 'boolean', default: false },
      product: { type: 'string' },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { port, host, product, verbose, help } = values
  const streamPort = values['stream-port']
  const broker = {
    port: Number(port),
    host,
    ...(!values['no-streams'] && { streams: Number(streamPort ?? streamPortFor(Number(port))) }),
    permitTransientQueues: values['permit-transient'],
    relaxedChecksOnRedeclaration: values['relaxed-checks'],
    ...(product !== undefined && { product }),
  }
  return { broker, insistsOnStreams: streamPort !== undefined, verbose, help }
}

/** A free port if there is none at that distance. */
function streamPortFor(port: number): number {
  return Math.max(port - streamPortDistance, 0)
}

async function serve(options: CliOptions): Promise<number> {
  let broker: Broker
  try {
    broker = await start(options)
  } catch (error) {
    print(explain(error, options.broker), process.stderr)
    return 1
  }
  await using running = broker
  if (options.verbose) logEvents(running)
  const hasKeyboard = process.stdin.isTTY && inForeground()
  // Before the line that says that it listens, because a program may send a signal as soon as it reads it.
  const stopShowing = showTopologyWhenAsked(running, hasKeyboard)
  const stop = new AbortController()
  const { signal } = stop
  const stopped = [once(process, 'SIGINT', { signal }), once(process, 'SIGTERM', { signal })]
  print(`Listening on ${running.url}`)
  if (options.insistsOnStreams && running.streamUrl !== undefined)
    print(`Streams on ${running.streamUrl}`)
  print('Queues and messages are only in memory. Press Ctrl-C to stop the broker.')
  if (hasKeyboard) print('Press Enter to see the queues and exchanges.')
  await Promise.race(stopped)
  stop.abort()
  stopShowing()
  return 0
}

async function start({ broker: options, insistsOnStreams }: CliOptions): Promise<Broker> {
  try {
    return await startBroker(options)
  } catch (error) {
    const { streams, ...others } = options
    const taken = takenPort(error)
    if (insistsOnStreams || taken === undefined || taken !== streams) throw error
    print(`No stream protocol: port ${taken} is in use. Choose another one with --stream-port.`)
    return startBroker(others)
  }
}

/** A program that was started with "&" is stopped if it reads the keyboard. Only Linux shows this. */
function inForeground(): boolean {
  try {
    // "PID (COMMAND) STATE PARENT GROUP SESSION TERMINAL FOREGROUND-GROUP ..."
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return fields[2] === fields[5]
  } catch {
    return true
  }
}

/** On Enter and on SIGUSR2, if there is a keyboard, and if there are signals. Returns how to stop it. */
function showTopologyWhenAsked(broker: Broker, hasKeyboard: boolean): () => void {
  const { stdin } = process
  const show = (): void => {
    for (const line of describeTopology(broker.snapshot())) print(line)
  }
  if (process.platform !== 'win32') process.on('SIGUSR2', show)
  if (hasKeyboard) stdin.on('data', show)
  return () => {
    process.off('SIGUSR2', show)
    // Reading the keyboard would keep the process running.
    if (hasKeyboard) stdin.off('data', show).pause()
  }
}

function logEvents(broker: Broker): void {
  broker.on('connection.opened', ({ connection, user, vhost }) =>
    print(`connection ${connection} opened by ${user} on ${vhost}`),
  )
  broker.on('connection.closed', ({ connection }) => print(`connection ${connection} closed`))
  broker.on('connection.failed', ({ connection, reason }) =>
    print(`connection ${connection} refused: ${reason}`),
  )
  broker.on('channel.failed', ({ connection, channel, reason }) =>
    print(`channel ${channel} of connection ${connection} closed: ${reason}`),
  )
  broker.on('exchange.declared', ({ exchange, type }) => print(`exchange ${exchange} (${type})`))
  broker.on('queue.declared', ({ queue, type }) => print(`queue ${queue} (${type})`))
  broker.on('queue.deleted', ({ queue }) => print(`queue ${queue} deleted`))
  broker.on('unroutable', ({ exchange, routingKey }) =>
    print(`unroutable: exchange '${exchange}', routing key '${routingKey}'`),
  )
  broker.on('dead-lettered', ({ queue, reason }) => print(`dead-lettered from ${queue}: ${reason}`))
}

function explain(error: unknown, { port, host }: BrokerOptions): string {
  if (error instanceof InvalidOptionError) return `Cannot start: ${error.message}`
  const taken = takenPort(error)
  if (taken === undefined) return `Cannot start: ${messageOf(error)}`
  const option = taken === port ? '--port' : '--stream-port'
  return `Cannot start: port ${taken} on ${String(host)} is in use. Choose another one with ${option}.`
}

/** The port that another program listens on; undefined for other errors. */
function takenPort(error: unknown): number | undefined {
  const { code, port }: { readonly code?: unknown; readonly port?: unknown } = Object(error)
  return code === 'EADDRINUSE' && typeof port === 'number' ? port : undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function print(line: string, stream: NodeJS.WritableStream = process.stdout): void {
  stream.write(`${line}\n`)
}
