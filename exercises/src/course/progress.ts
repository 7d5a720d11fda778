import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import type { Entry } from './catalog.ts'

const file = fileURLToPath(new URL('../../.progress.json', import.meta.url))

interface Kept {
  readonly current?: string
  readonly solved?: readonly string[]
}

/** The learner's progress, kept in a file that git ignores. */
export class Progress {
  readonly #file: string
  readonly #solved: Set<string>
  #current: string | undefined

  constructor(path = file) {
    this.#file = path
    const { current, solved = [] } = read(path)
    this.#current = current
    this.#solved = new Set(solved)
  }

  /** The exercise that was open last. */
  get current(): string | undefined {
    return this.#current
  }

  set current(name: string) {
    this.#current = name
    this.#save()
  }

  /** The exercise to continue with: the one that was open last, or else the first unsolved one. */
  next(catalog: readonly Entry[]): Entry {
    const last = catalog.find(({ name }) => name === this.#current)
    const unsolved = [last, ...catalog].find((entry) => entry && !this.isSolved(entry.name))
    const entry = unsolved ?? last ?? catalog[0]
    if (entry === undefined) throw new Error('there are no exercises')
    return entry
  }

  isSolved(name: string): boolean {
    return this.#solved.has(name)
  }

  setSolved(name: string, solved: boolean): void {
    if (solved) this.#solved.add(name)
    else this.#solved.delete(name)
    this.#save()
  }

  #save(): void {
    const kept: Kept = {
      ...(this.#current !== undefined && { current: this.#current }),
      solved: [...this.#solved].toSorted(),
    }
    writeFileSync(this.#file, `${JSON.stringify(kept, undefined, 2)}\n`)
  }
}

/** Reads the file; starts over if it is missing or broken. */
function read(path: string): Kept {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by #save
    return JSON.parse(readFileSync(path, 'utf8')) as Kept
  } catch {
    return {}
  }
}
