import { cpSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { Entry } from '../src/course/catalog.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** A folder next to the exercises, so that their imports work. It is deleted after the test. */
export interface Scratch extends AsyncDisposable {
  readonly folder: string
}

export async function scratch(): Promise<Scratch> {
  const folder = await mkdtemp(join(root, '.scratch-'))
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

/** The program that a test wants to check. */
export async function programOf(
  source: string,
): Promise<{ readonly program: string } & AsyncDisposable> {
  const { folder, [Symbol.asyncDispose]: dispose } = await scratch()
  const program = join(folder, 'program.ts')
  await writeFile(program, source)
  return { program, [Symbol.asyncDispose]: dispose }
}

/** A copy of an exercise, so that a test does not change the program of a learner. */
export function copyOf(entry: Entry, { folder }: Scratch): Entry {
  cpSync(entry.folder, folder, { recursive: true, filter: (file) => !file.endsWith('program.ts') })
  return { ...entry, folder }
}
