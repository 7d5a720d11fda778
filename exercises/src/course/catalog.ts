import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import type { Exercise } from './exercise.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** An exercise in the list. */
export interface Entry extends Exercise {
  /** The name of its folder: "03-lost-orders". */
  readonly name: string
  readonly number: number
  /** The heading of task.md. */
  readonly title: string
  readonly folder: string
}

/** Finds all exercises: every folder whose name starts with a number. */
export async function readCatalog(): Promise<readonly Entry[]> {
  const folders = (await readdir(root)).filter((name) => /^\d\d-/.test(name)).toSorted()
  return Promise.all(folders.map(readEntry))
}

async function readEntry(name: string): Promise<Entry> {
  const folder = join(root, name)
  const check = pathToFileURL(join(folder, 'check.ts')).href
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a check.ts exports
  const { exercise } = (await import(check)) as { readonly exercise: Exercise }
  const [heading = ''] = (await readFile(join(folder, 'task.md'), 'utf8')).split('\n')
  const title = heading.replace(/^# /, '')
  return { ...exercise, name, number: Number(name.slice(0, 2)), title, folder }
}

/** The files of an exercise. */
export function filesOf({
  folder,
}: Entry): Record<'task' | 'problem' | 'program' | 'solution' | 'hints', string> {
  return {
    task: join(folder, 'task.md'),
    /** As it was given. */
    problem: join(folder, 'problem.ts'),
    /** The learner's, which git ignores. */
    program: join(folder, 'program.ts'),
    solution: join(folder, 'solution.ts'),
    hints: join(folder, 'hints.md'),
  }
}

/** Whether the learner has opened the exercise. */
export function isBegun(entry: Entry): boolean {
  return existsSync(filesOf(entry).program)
}
