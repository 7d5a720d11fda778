import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { Program, runProgram, type CurrentBroker, type Outcome } from '@messaging-patterns/testkit'

const folder = fileURLToPath(new URL('peers/', import.meta.url))
const backend = fileURLToPath(new URL('../python/', import.meta.url))
const venv = fileURLToPath(new URL('../.venv/bin/python', import.meta.url))

/** The interpreter that has the Celery of requirements.txt; undefined if there is none. */
export const python = findPython()

function findPython(): string | undefined {
  const imports = ['-c', 'import celery, flower; assert celery.__version__ == "5.6.3"']
  if (existsSync(venv) && spawnSync(venv, imports).status === 0) return venv
  const how =
    'python3 -m venv packages/tasks/.venv && packages/tasks/.venv/bin/pip install -r packages/tasks/test/peers/requirements.txt'
  const text = `the tests of the tasks with Celery (${how})`
  if (process.env['CI'] === 'true') throw new Error(`CI=true, but nothing is there to run ${text}`)
  process.stderr.write(`NOT RUN: ${text}\n`)
  return undefined
}

function environment(broker: CurrentBroker, env: Readonly<Record<string, string>> = {}) {
  return {
    AMQP_URL: broker.url,
    PYTHONPATH: `${folder}:${backend}`,
    PYTHONDONTWRITEBYTECODE: '1',
    ...env,
  }
}

interface CeleryOptions {
  /** The module with the tasks. Default: celery_app.py. */
  readonly app?: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** A Celery worker, once it is ready. */
export async function celeryWorker(
  broker: CurrentBroker,
  { app = 'celery_app', args = [], env = {} }: CeleryOptions = {},
): Promise<Program> {
  const options = ['--pool', 'threads', '--concurrency', '2', '--hostname', 'py@peers']
  const command = ['-m', 'celery', '-A', app, 'worker', '--loglevel', 'info']
  const worker = new Program(
    [python ?? ''],
    [...command, ...options, ...args],
    environment(broker, env),
  )
  await worker.says(/ready\./)
  return worker
}

/** Starts the command `celery`, which ends when it is disposed of. */
export function celeryProgram(broker: CurrentBroker, ...args: readonly string[]): Program {
  const command = ['-m', 'celery', '-A', 'celery_app', ...args]
  return new Program([python ?? ''], command, environment(broker))
}

/** Runs the command `celery`, which must exit with code 0. */
export function celery(broker: CurrentBroker, ...args: readonly string[]): Promise<Outcome> {
  return succeed(broker, ['-m', 'celery', '-A', 'celery_app', ...args])
}

/** Starts Flower, with its web API on a port of this machine. */
export function flower(broker: CurrentBroker, port: number): Program {
  const args = [
    '-m',
    'celery',
    '-A',
    'celery_app',
    'flower',
    `--port=${port}`,
    '--address=127.0.0.1',
  ]
  return new Program([python ?? ''], args, environment(broker, { FLOWER_UNAUTHENTICATED_API: '1' }))
}

/** Runs a program of client.py, and parses the last line that it prints. */
export async function callFromPython(
  broker: CurrentBroker,
  program: string,
  ...args: readonly unknown[]
): Promise<unknown> {
  const words = args.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)))
  const { stdout } = await succeed(broker, [`${folder}client.py`, program, ...words])
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as unknown
}

async function succeed(broker: CurrentBroker, args: readonly string[]): Promise<Outcome> {
  const outcome = await runProgram([python ?? ''], args, environment(broker))
  if (outcome.code !== 0) throw new Error(`exited with ${outcome.code}:\n${outcome.stderr}`)
  return outcome
}
