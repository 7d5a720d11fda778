import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import { Program, runProgram, type Outcome, type TestBroker } from '@messaging-patterns/testkit'

/** The programs of the official tutorials, for one client library. */
export interface Peer {
  readonly name: string
  /** The command without the program's name; undefined if the library is not installed. */
  readonly command: string | readonly string[] | undefined
}

const folder = fileURLToPath(new URL('peers/', import.meta.url))

/** Reports missing libraries, so it is called once per test file and not on import. */
export function findLibraries(): readonly Peer[] {
  return [
    python('pika', 'python3-pika'),
    python('kombu', 'python3-kombu'),
    { name: 'amqplib', command: 'tests/interop/peers/amqplib-peer.ts' },
  ]
}

/** librabbitmq's command-line programs, which are separate commands: env runs any of them. */
export function findAmqpTools(): Peer {
  const here = spawnSync('amqp-publish', ['--help']).error === undefined
  return { name: 'amqp-tools', command: here ? ['env'] : missing('amqp-tools', 'amqp-tools') }
}

function python(library: string, debianPackage: string): Peer {
  // Debian installs packages for /usr/bin/python3, and the PATH may find another one.
  const interpreter = ['/usr/bin/python3', 'python3'].find(
    (candidate) => spawnSync(candidate, ['-c', `import ${library}`]).status === 0,
  )
  const command =
    interpreter === undefined
      ? missing(library, debianPackage)
      : [interpreter, '-B', `${folder}${library}_peer.py`]
  return { name: library, command }
}

function missing(name: string, debianPackage: string): undefined {
  const text = `the interop tests with ${name} (apt-get install ${debianPackage})`
  if (process.env['CI'] === 'true') throw new Error(`CI=true, but nothing is there to run ${text}`)
  process.stderr.write(`NOT RUN: ${text}\n`)
}

export function startPeer(
  { command = [] }: Peer,
  broker: TestBroker,
  args: readonly string[],
): Program {
  return new Program(command, args, { AMQP_URL: broker.url })
}

/** Runs a peer's program, which must exit with code 0. */
export async function runPeer(
  { command = [] }: Peer,
  broker: TestBroker,
  args: readonly string[],
): Promise<Outcome> {
  return expectSuccess(await runProgram(command, args, { AMQP_URL: broker.url }))
}

/** Starts one of our programs: "basic consumer". */
export function startOurs(broker: TestBroker, name: string, args: readonly string[]): Program {
  return new Program(pathOf(name), args, { AMQP_URL: broker.url })
}

/** Runs one of our programs, which must exit with code 0. */
export async function runOurs(
  broker: TestBroker,
  name: string,
  args: readonly string[],
): Promise<Outcome> {
  return expectSuccess(await runProgram(pathOf(name), args, { AMQP_URL: broker.url }))
}

function pathOf(name: string): string {
  const [lesson, program] = name.split(' ')
  return `packages/${lesson}/src/${program}.ts`
}

function expectSuccess(outcome: Outcome): Outcome {
  if (outcome.code !== 0)
    throw new Error(`exited with ${outcome.code ?? outcome.signal}:\n${outcome.stderr}`)
  return outcome
}

/** What a peer prints for a message. */
export interface Received {
  readonly key: string
  readonly body: unknown
  readonly contentType: string | null
}

/** The messages that a peer's program printed. */
export async function receivedBy(peer: Program): Promise<readonly Received[]> {
  const { stdout } = expectSuccess(await peer.ends())
  return parseLines(stdout)
}

export function parseLines(stdout: string): readonly Received[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Received)
}
