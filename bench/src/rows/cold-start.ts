import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { pythonWith } from '../clients.ts'
import type { Entrant, Row, Sample } from '../row.ts'
import type { Stage } from '../stage.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const programs = 'bench/src/programs'
const producer = 'packages/basic/src/producer.ts'

const reference = 'plain JavaScript'

/** Lesson 1's producer, and what it is compared with: all send one message to the queue "hello". */
const senders: Readonly<Record<string, () => readonly string[] | undefined>> = {
  'basic producer': () => node('--import', 'tsx', producer, 'Hello'),
  [reference]: () => node(`${programs}/send.mjs`),
  "pika's send.py": () => {
    const python = pythonWith('pika')
    return python === undefined ? undefined : [python, `${programs}/send.py`]
  },
}

/** Where the time goes: Node.js itself, and Node.js with the loader that translates TypeScript. */
const explanations: typeof senders = {
  'an empty program': () => node('-e', '0'),
  'an empty program, with tsx': () => node('--import', 'tsx', '-e', '0'),
}

/** Programs that are started, do one thing and end. */
export const coldStartRows: readonly Row[] = [
  rowOf('to the first confirmed message', 'said', senders),
  rowOf('to the exit', 'ended', { ...senders, ...explanations }),
]

function rowOf(text: string, until: keyof Times, commands: typeof senders): Row {
  return {
    name: `cold start, ${text}`,
    group: 'cold start',
    unit: 'ms',
    reference,
    quick: until === 'ended',
    count: 1,
    entrants: Object.entries(commands).map(([name, command]) => starting(name, command, until)),
  }
}

function node(...args: readonly string[]): string[] {
  return [process.execPath, ...args]
}

function starting(
  name: string,
  commandOf: () => readonly string[] | undefined,
  until: keyof Times,
): Entrant {
  return {
    name,
    async enter(stage) {
      const command = commandOf()
      if (command === undefined) return 'not installed'
      const { url } = await stage.broker('rabbitmq')
      return {
        run: async (): Promise<Sample> => {
          const times = await runOnce(command, url, stage)
          return { value: times[until] }
        },
        async [Symbol.asyncDispose]() {},
      }
    },
  }
}

/** Milliseconds from the start of a program. */
interface Times {
  /** To its first line, which it prints when its message is confirmed. */
  readonly said: number
  readonly ended: number
}

async function runOnce(
  [file = '', ...args]: readonly string[],
  url: string,
  stage: Stage,
): Promise<Times> {
  const began = performance.now()
  const child = spawn(file, args, {
    cwd: root,
    env: { ...process.env, AMQP_URL: url },
    stdio: ['ignore', 'pipe', 'inherit'],
    signal: stage.signal,
  })
  let said = Number.NaN
  child.stdout.once('data', () => {
    said = performance.now() - began
  })
  await once(child, 'close')
  const ended = performance.now() - began
  if (child.exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${child.exitCode}`)
  return { said, ended }
}
