import { cpSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { Entry } from '../src/catalog.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** A folder beside the exercises, where their imports mean the same; it goes with the test. */
export interface Scratch extends AsyncDisposable {
  readonly folder: string
}

export async function scratch(): Promise<Scratch> {
  const folder = await mkdtemp(join(root, '.scratch-'))
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

/** A program of a test's own. */
export async function programOf(
  source: string,
): Promise<{ readonly program: string } & AsyncDisposable> {
  const { folder, [Symbol.asyncDispose]: dispose } = await scratch()
  const program = join(folder, 'program.ts')
  await writeFile(program, source)
  return { program, [Symbol.asyncDispose]: dispose }
}

/** An exercise that may be worked on: the learner's own program is not touched. */
export function copyOf(entry: Entry, { folder }: Scratch): Entry {
  cpSync(entry.folder, folder, { recursive: true, filter: (file) => !file.endsWith('program.ts') })
  return { ...entry, folder }
}
