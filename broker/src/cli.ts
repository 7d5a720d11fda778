import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'

import { commandHelp, runCommand } from './ctl/run.ts'
import { describeTopology } from './describe-topology.ts'
import { startBroker, InvalidOptionError, type Broker, type BrokerOptions } from './index.ts'

const usage = `Usage: messaging-patterns-broker [options]
       messaging-patterns-broker COMMAND [arguments]

An AMQP 0-9-1 broker that behaves like RabbitMQ. It keeps everything in memory.

  --port <number>    the port to listen on; 0 for a free port (default 5672)
  --host <address>   an address to listen on; can be repeated (default 127.0.0.1)
  --management-port <number>
                     the port of the management page and HTTP API (default: 10000 above
                     --port, so usually 15672, if it is free)
  --no-management    no management page and API
  --definitions <file>
                     create what is in a definitions file that RabbitMQ exported
  --permit-transient allow queues that are neither durable nor exclusive
  --relaxed-checks   accept a classic queue's declaration if a quorum queue has its name
  --product <name>   the product name to report, for clients that require RabbitMQ
  --verbose          print what happens
  --help             print this help

Press Enter, or send the signal SIGUSR2, to see the queues and exchanges.

While the broker is running, use these commands of rabbitmqctl in another terminal. --help after a
command shows its options.

${commandHelp}`

/** As in RabbitMQ, which listens on 5672 and 15672. */
const managementPortDistance = 10_000

/**
 * Runs the broker until SIGINT or SIGTERM, or a command against a broker that is running. Returns
 * the exit code.
 */
export async function runCli(args: readonly string[]): Promise<number> {
  const [first = '-'] = args
  if (!first.startsWith('-')) return await runCommand(args, terminal)
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

const terminal = {
  print: (line: string) => print(line),
  printError: (line: string) => print(line, process.stderr),
  readInput: () => text(process.stdin),
  env: process.env,
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
  // Before the line that says that it listens, because a program may send a signal as soon as it reads it.
  const stopShowing = showTopologyWhenAsked(running, hasKeyboard)
  const stop = new AbortController()
  const { signal } = stop
  const stopped = [once(process, 'SIGINT', { signal }), once(process, 'SIGTERM', { signal })]
  print(`Listening on ${running.url}`)
  if (running.managementUrl !== undefined) print(`Management page on ${running.managementUrl}`)
  print('Queues and messages are only in memory. Press Ctrl-C to stop the broker.')
  if (hasKeyboard) print('Press Enter to see the queues and exchanges.')
  await Promise.race(stopped)
  stop.abort()
  stopShowing()
  return 0
}

async function start({ broker, insistsOnManagement }: CliOptions): Promise<Broker> {
  try {
    return await startBroker(broker)
  } catch (error) {
    const { management, ...others } = broker
    if (insistsOnManagement || !isTaken(error, management) || others.port === management)
      throw error
    print(
      `No management API: port ${management} is in use. Choose another one with --management-port.`,
    )
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

function explain(error: unknown, { port, host, management }: BrokerOptions): string {
  if (error instanceof InvalidOptionError) return `Cannot start: ${error.message}`
  if (isTaken(error, management))
    return `Cannot start: port ${management} is in use. Choose another one with --management-port.`
  if (isTaken(error, port))
    return `Cannot start: port ${port} on ${String(host)} is in use. Choose another one with --port.`
  return `Cannot start: ${messageOf(error)}`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function print(line: string, stream: NodeJS.WritableStream = process.stdout): void {
  stream.write(`${line}\n`)
}
