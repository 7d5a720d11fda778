import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

import { allPages, readLines, root } from '../markdown.ts'
import { scenesOf } from '../transcript.ts'

/** What the landing page says about the project in numbers. All of them are counted. */
export interface Figures {
  /** The commands on the pages that tests type. */
  readonly commands: number
  readonly exercises: number
  /** The wrong solutions that the checks of the exercises must find. */
  readonly mutants: number
  /** The suites that other people wrote, or that use other people's clients. */
  readonly suites: number
  readonly languages: number
  readonly passed: number
  readonly total: number
}

export function figures(): Figures {
  return { commands: commandsTyped(), ...exercises(), ...conformance() }
}

function commandsTyped(): number {
  const blocks = allPages().flatMap((page) => scenesOf(readLines(page)).flat())
  return blocks
    .filter(({ notRun }) => notRun === undefined)
    .flatMap(({ steps }) => steps.filter(({ act }) => typeof act === 'object')).length
}

function exercises(): Pick<Figures, 'exercises' | 'mutants'> {
  const folder = join(root, 'exercises')
  const names = readdirSync(folder).filter((name) => /^\d\d-/.test(name))
  const mutants = names.map((name) => {
    const proof = readFileSync(join(folder, name, 'proof.ts'), 'utf8')
    return [...proof.matchAll(/^ +verdict:/gm)].length
  })
  return { exercises: names.length, mutants: sum(mutants) }
}

/** The results in the README of the broker, which `pnpm conformance` requires. */
function conformance(): Pick<Figures, 'suites' | 'languages' | 'passed' | 'total'> {
  const lines = readLines('broker/README.md')
  const start = lines.findIndex((line) => line.startsWith('| suite '))
  const end = lines.indexOf('', start)
  const rows = lines.slice(start + 2, end).map((line) => line.split('|').map((cell) => cell.trim()))
  const languages = rows.flatMap(([, , names = '']) => names.split(', '))
  const scores = rows.map(([, , , ours = '']) => ours.split(' of ').map(Number))
  return {
    suites: rows.length,
    languages: new Set(languages).size,
    passed: sum(scores.map(([passed = 0]) => passed)),
    total: sum(scores.map(([, total = 0]) => total)),
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
