import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { build, type BuildFailure, type Plugin } from 'esbuild'

import { placeIn } from './crash.ts'
import { Wrong } from './wrong.ts'

const exercises = fileURLToPath(new URL('../..', import.meta.url))

/** A file that Node can run. Deleted when disposed. */
export interface Compiled extends AsyncDisposable {
  readonly file: string
}

/** Lets each file find others next to itself, although it becomes part of a file somewhere else. */
const ownUrls: Plugin = {
  name: 'own urls',
  setup(bundler) {
    bundler.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const url = JSON.stringify(pathToFileURL(path).href)
      return { contents: source.replaceAll('import.meta.url', url), loader: 'ts' }
    })
  },
}

/**
 * Compiles a program and the client into one file. tsx uses the same compiler, but would load
 * the client again for each process, which takes five times as long as starting Node.
 */
export async function compile(program: string): Promise<Compiled> {
  // In this folder, so that Node finds amqplib.
  const folder = await mkdtemp(join(exercises, '.compiled-'))
  const file = join(folder, 'program.mjs')
  const dispose = async (): Promise<void> => rm(folder, { recursive: true })
  try {
    await build({
      entryPoints: [program],
      outfile: file,
      bundle: true,
      external: ['amqplib'],
      plugins: [ownUrls],
      platform: 'node',
      target: 'node20',
      format: 'esm',
      sourcemap: true,
      sourcesContent: false,
      logLevel: 'silent',
    })
  } catch (error) {
    await dispose()
    throw isFailure(error) ? explain(error, program) : error
  }
  return { file, [Symbol.asyncDispose]: dispose }
}

function isFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error
}

function explain({ errors: [first] }: BuildFailure, program: string): Wrong {
  const { text = 'the compiler gave no reason', location } = first ?? {}
  const place = location ? placeIn(`${location.file}:${location.line}`, program) : undefined
  const where = place === undefined ? '' : ` (${place})`
  return new Wrong(`Your program does not compile: ${text}${where}`)
}
