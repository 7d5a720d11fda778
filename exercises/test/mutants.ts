import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { filesOf, type Entry } from '../src/course/catalog.ts'
import type { Mutant, Proof } from '../src/course/exercise.ts'
import { programOf } from './scratch.ts'

export async function proofOf({ folder }: Entry): Promise<Proof> {
  const file = pathToFileURL(join(folder, 'proof.ts')).href
  const { proof } = (await import(file)) as { readonly proof: Proof }
  return proof
}

/** The solution with a mistake in it, or written differently. */
export async function mutantOf(
  entry: Entry,
  { name, change }: Omit<Mutant, 'verdict'>,
): ReturnType<typeof programOf> {
  let text = await readFile(filesOf(entry).solution, 'utf8')
  for (const [from, to] of change) {
    if (text.split(from).length !== 2)
      throw new Error(`${entry.name}, mutant "${name}": not exactly once in the solution: ${from}`)
    text = text.replace(from, () => to)
  }
  return programOf(text)
}
