import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'

import { parseOptions, usage, type CliOptions } from './cli-options.ts'
import { setUpTls, type TlsSetup } from './cli-tls.ts'
import { runCommand } from './ctl/run.ts'
import { describeTopology } from './describe-topology.ts'
import { logEvents } from './event-log.ts'
import { startBroker, InvalidOptionError, type Broker } from './index.ts'

/**
 * Runs the broker until SIGINT or SIGTERM, or a command against a broker that is running. Returns
 * the exit code.
 */
export async function runCli(args: readonly string[]): Promise<number> {
  const [first = '-'] = args
  if (!first.startsWith('-')) return await runCommand(args, terminal)
  let options: CliOptions
  try {
    options = parseOptions(args)
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

async function serve(options: CliOptions): Promise<number> {
  let setup: TlsSetup
  let broker: Broker
  try {
    setup = setUpTls(options.tls, options.hosts)
    const { options: tls } = setup
    broker = await start({ ...options.broker, ...(tls && { tls }) }, options.insistsOn)
  } catch (error) {
    print(explain(error, options), process.stderr)
    return 1
  }
  using tls = setup
  await using running = broker
  const { definitions } = options
  if (definitions !== undefined && !(await importFile(running, definitions))) return 1
  if (options.verbose) logEvents(running, (line) => print(line))
  const hasKeyboard = process.stdin.isTTY && inForeground()
  // Before the line that says that it listens, because a program may send a signal as soon as it reads it.
  const stopShowing = showTopologyWhenAsked(running, hasKeyboard)
  const stop = new AbortController()
  const { signal } = stop
  const stopped = [once(process, 'SIGINT', { signal }), once(process, 'SIGTERM', { signal })]
  print(`Listening on ${running.url}`)
  for (const line of tls.announce(running)) print(line)
  printStreams(running, options)
  if (running.managementUrl !== undefined) print(`Management page on ${running.managementUrl}`)
  print('Queues and messages are only in memory. Press Ctrl-C to stop the broker.')
  if (hasKeyboard) print('Press Enter to see the queues and exchanges.')
  await Promise.race(stopped)
  stop.abort()
  stopShowing()
  return 0
}

/** The default port is not worth a line. */
function printStreams({ streamUrl, streamTlsUrl }: Broker, { insistsOn }: CliOptions): void {
  if (insistsOn.streams && streamUrl !== undefined) print(`Streams on ${streamUrl}`)
  if (streamTlsUrl !== undefined) print(`Streams on ${streamTlsUrl}`)
}

/** If a default port is in use, the broker starts without what it is for. */
async function start(
  options: CliOptions['broker'],
  insistsOn: CliOptions['insistsOn'],
): Promise<Broker> {
  try {
    return await startBroker(options)
  } catch (error) {
    const port = takenPort(error)
    const { management, streams, ...others } = options
    if (port !== undefined && port === management && !insistsOn.management) {
      print(`No management API: port ${port} is in use. Choose another one with --management-port.`)
      return start({ ...others, ...(streams !== undefined && { streams }) }, insistsOn)
    }
    if (port !== undefined && port === streams?.port && !insistsOn.streams) {
      print(`No stream protocol: port ${port} is in use. Choose another one with --stream-port.`)
      return start({ ...others, ...(management !== undefined && { management }) }, insistsOn)
    }
    throw error
  }
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

function explain(error: unknown, { broker, hosts, tls }: CliOptions): string {
  if (error instanceof InvalidOptionError) return `Cannot start: ${error.message}`
  const port = takenPort(error)
  if (port === undefined) return `Cannot start: ${messageOf(error)}`
  // The first of them that has this port: the others have not tried to listen.
  const options: readonly (readonly [option: string, port: unknown])[] = [
    ['--port', broker.port],
    ['--tls-port', Number(tls['tls-port'])],
    ['--stream-port', broker.streams?.port],
    ['--stream-tls-port', broker.streams?.tlsPort],
    ['--management-port', broker.management],
  ]
  const option = options.find(([, its]) => its === port)?.[0] ?? '--port'
  return `Cannot start: port ${port} on ${hosts.join(', ')} is in use. Choose another one with ${option}.`
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
