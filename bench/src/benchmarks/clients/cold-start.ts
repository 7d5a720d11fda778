import { fileURLToPath } from 'node:url'

import { execa } from 'execa'

import type { Benchmark, Candidate, Sample } from '../../harness/benchmark.ts'
import { pythonWith } from '../../harness/clients.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const programs = 'bench/src/programs'
const producer = 'packages/basic/src/producer.ts'

const baseline = 'plain JavaScript'

/** The producer of lesson 1 and equivalent programs. All send one message to the queue "hello". */
const producers: Readonly<Record<string, () => readonly string[] | undefined>> = {
  'basic producer': () => node('--import', 'tsx', producer, 'Hello'),
  [baseline]: () => node(`${programs}/send.mjs`),
  "pika's send.py": () => {
    const python = pythonWith('pika')
    return python === undefined ? undefined : [python, `${programs}/send.py`]
  },
}

/** Programs that show how much of the time is Node.js, and how much is the TypeScript loader. */
const emptyPrograms: typeof producers = {
  'an empty program': () => node('-e', '0'),
  'an empty program, with tsx': () => node('--import', 'tsx', '-e', '0'),
}

/** Programs that start, publish one message and exit. */
export const coldStartBenchmarks: readonly Benchmark[] = [
  benchmark('to the first confirmed message', 'firstLine', producers),
  benchmark('to the exit', 'exit', { ...producers, ...emptyPrograms }),
]

function benchmark(text: string, until: keyof Times, commands: typeof producers): Benchmark {
  return {
    name: `cold start, ${text}`,
    group: 'cold start',
    unit: 'ms',
    baseline,
    quick: until === 'exit',
    count: 1,
    candidates: Object.entries(commands).map(([name, command]) => starting(name, command, until)),
  }
}

function node(...args: readonly string[]): string[] {
  return [process.execPath, ...args]
}

function starting(
  name: string,
  commandOf: () => readonly string[] | undefined,
  until: keyof Times,
): Candidate {
  return {
    name,
    async start(brokers) {
      const command = commandOf()
      if (command === undefined) return 'not installed'
      const { url } = await brokers.get('rabbitmq')
      return {
        run: async (): Promise<Sample> => {
          const times = await runOnce(command, url, brokers.signal)
          return { value: times[until] }
        },
        async [Symbol.asyncDispose]() {},
      }
    },
  }
}

/** Milliseconds since the start of a program. */
interface Times {
  /** The first line, which the producers print when their message is confirmed. */
  readonly firstLine: number
  readonly exit: number
}

async function runOnce(
  [file = '', ...args]: readonly string[],
  url: string,
  signal: AbortSignal,
): Promise<Times> {
  const began = performance.now()
  const program = execa(file, args, {
    cwd: root,
    env: { AMQP_URL: url },
    stdin: 'ignore',
    cancelSignal: signal,
  })
  let firstLine = Number.NaN
  program.stdout.once('data', () => {
    firstLine = performance.now() - began
  })
  await program
  return { firstLine, exit: performance.now() - began }
}
