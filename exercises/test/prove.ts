import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { filesOf, type Entry } from '../src/catalog.ts'
import type { Mutant, Proof } from '../src/exercise.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

export async function proofOf({ folder }: Entry): Promise<Proof> {
  const file = pathToFileURL(join(folder, 'proof.ts')).href
  const { proof } = (await import(file)) as { readonly proof: Proof }
  return proof
}

/** A variant of the solution, in a folder where its imports mean what they mean in the exercise. */
export async function write(
  entry: Entry,
  { name, change }: Mutant,
): Promise<{ readonly program: string } & AsyncDisposable> {
  let text = await readFile(filesOf(entry).solution, 'utf8')
  for (const [from, to] of change) {
    if (text.split(from).length !== 2)
      throw new Error(`${entry.name}, mutant "${name}": not exactly once in the solution: ${from}`)
    text = text.replace(from, () => to)
  }
  const folder = await mkdtemp(join(root, '.scratch-'))
  const program = join(folder, 'program.ts')
  await writeFile(program, text)
  return { program, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}
