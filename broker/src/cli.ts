import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { startBroker, InvalidOptionError, type Broker, type BrokerOptions } from './index.ts'
import { describeTopology } from './describe-topology.ts'

const usage = `Usage: messaging-patterns-broker [options]

An AMQP 0-9-1 broker that speaks as RabbitMQ does. It keeps everything in memory.

  --port <number>    where to listen; 0 takes a free port (default 5672)
  --host <address>   on which address; may be given more than once (default 127.0.0.1)
  --management-port <number>
                     the port of the management HTTP API (default: 10000 above --port, so
                     usually 15672, if it is free)
  --no-management    serve no management API
  --definitions <file>
                     create what is in a file of definitions, as RabbitMQ exports them
  --permit-transient take queues that are neither durable nor exclusive
  --relaxed-checks   take a classic queue's declaration where a quorum queue has its name
  --product <name>   what to say it is, for clients that insist on RabbitMQ
  --verbose          print what happens
  --help             print this

Enter, or the signal SIGUSR2, prints what queues and exchanges there are.`

/** As in RabbitMQ, which listens on 5672 and 15672. */
const managementPortDistance = 10_000

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

interface CliOptions {
  readonly broker: BrokerOptions
  /** Management on the default port is not worth failing for. */
  readonly insistsOnManagement: boolean
  /** The file with definitions to import. */
  readonly definitions: string | undefined
  readonly verbose: boolean
  readonly help: boolean
}

function parse(args: readonly string[]): CliOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '5672' },
      host: { type: 'string', multiple: true, default: ['127.0.0.1'] },
      'permit-transient': { type: 'boolean', default: false },
      'relaxed-checks': { type: 'boolean', default: false },
      'management-port': { type: 'string' },
      'no-management': { type: 'boolean', default: false },
      definitions: { type: 'string' },
      product: { type: 'string' },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const {
    port,
    host,
    product,
    definitions,
    verbose,
    help,
    'management-port': managementPort,
  } = values
  const broker = {
    port: Number(port),
    host,
    ...(!values['no-management'] && {
      management: Number(managementPort ?? managementPortFor(Number(port))),
    }),
    permitTransientQueues: values['permit-transient'],
    relaxedChecksOnRedeclaration: values['relaxed-checks'],
    ...(product !== undefined && { product }),
  }
  return {
    broker,
    insistsOnManagement: managementPort !== undefined,
    definitions,
    verbose,
    help,
  }
}

/** A free port if there is none at that distance. */
function managementPortFor(port: number): number {
  return port === 0 || port + managementPortDistance > 65_535 ? 0 : port + managementPortDistance
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
  const { definitions } = options
  if (definitions !== undefined && !(await importFile(running, definitions))) return 1
  if (options.verbose) logEvents(running)
  const hasKeyboard = process.stdin.isTTY && inForeground()
  // Who reads that it listens may send a signal at once.
  const noLongerAsked = showTopologyWhenAsked(running, hasKeyboard)
  const stop = new AbortController()
  const { signal } = stop
  const stopped = [once(process, 'SIGINT', { signal }), once(process, 'SIGTERM', { signal })]
  print(`Listening on ${running.url}`)
  if (running.managementUrl !== undefined) print(`Management API on ${running.managementUrl}/api/`)
  print('Everything is in memory: when this ends, queues and messages are gone. Ctrl-C ends it.')
  if (hasKeyboard) print('Enter shows the queues and exchanges that there are.')
  await Promise.race(stopped)
  stop.abort()
  noLongerAsked()
  return 0
}

async function start({ broker, insistsOnManagement }: CliOptions): Promise<Broker> {
  try {
    return await startBroker(broker)
  } catch (error) {
    const { management, ...others } = broker
    if (insistsOnManagement || !isTaken(error, management) || others.port === management)
      throw error
    print(`No management API: port ${management} is taken; --management-port chooses another.`)
    return startBroker(others)
  }
}

function isTaken(error: unknown, port: number | undefined): boolean {
  if (!(error instanceof Error) || !('code' in error) || !('port' in error)) return false
  return error.code === 'EADDRINUSE' && error.port === port
}

/** Returns false if that failed. */
async function importFile(broker: Broker, file: string): Promise<boolean> {
  try {
    await broker.importDefinitions(readDefinitions(file))
    return true
  } catch (error) {
    print(`Cannot import the definitions in ${file}: ${messageOf(error)}`, process.stderr)
    return false
  }
}

function readDefinitions(file: string): Readonly<Record<string, unknown>> {
  const definitions: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (typeof definitions === 'object' && definitions !== null) return { ...definitions }
  throw new Error('it is not a JSON object')
}

/** A program that was started with "&" is stopped when it touches the keyboard. Linux can tell. */
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

/** On Enter where somebody has a keyboard, and on SIGUSR2 where there is one; returns the end of it. */
function showTopologyWhenAsked(broker: Broker, hasKeyboard: boolean): () => void {
  const { stdin } = process
  const show = (): void => {
    for (const line of describeTopology(broker.snapshot())) print(line)
  }
  if (process.platform !== 'win32') process.on('SIGUSR2', show)
  if (hasKeyboard) stdin.on('data', show)
  return () => {
    process.off('SIGUSR2', show)
    // An open keyboard would keep the process.
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

function explain(error: unknown, { port, host, management }: BrokerOptions): string {
  if (error instanceof InvalidOptionError) return `Cannot start: ${error.message}`
  if (isTaken(error, management))
    return `Cannot start: port ${management} is taken; --management-port chooses another`
  if (isTaken(error, port))
    return `Cannot start: port ${port} on ${String(host)} is taken; --port chooses another`
  return `Cannot start: ${messageOf(error)}`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function print(line: string, stream: NodeJS.WritableStream = process.stdout): void {
  stream.write(`${line}\n`)
}
