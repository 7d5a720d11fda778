import { describe, expect, it } from 'vitest'

import { filesOf, readCatalog, type Entry } from '../src/course/catalog.ts'
import type { Proof } from '../src/course/exercise.ts'
import { judge, type Verdict } from '../src/judge/judge.ts'
import { brokersOfProject } from './brokers.ts'
import { mutantOf, proofOf } from './mutants.ts'

const brokers = brokersOfProject()
// A busy machine can pause a program for a while. A correct program never needs that long.
const longTimeouts = { quiet: 5000, moment: 250 }
const shortTimeouts = { quiet: 600, moment: 250 }

/** Each exercise fails unsolved, passes solved, and fails with each mutant of its solution. */
export async function prove(isMine: (entry: Entry) => boolean): Promise<void> {
  for (const entry of (await readCatalog()).filter(isMine)) {
    const proof = await proofOf(entry)
    describe(entry.name, { timeout: 60_000 }, () => {
      proveOne(entry, proof)
    })
  }
}

function proveOne(entry: Entry, { unsolved, mutants, alternatives = [] }: Proof): void {
  const failing = async (program: string): Promise<Verdict> =>
    judge(entry, program, { brokers, timeouts: shortTimeouts })

  it('fails unsolved, with its own verdict', async () => {
    const { solved, text } = await failing(filesOf(entry).problem)
    expect(text).toMatch(unsolved)
    expect(solved).toBe(false)
  })

  const passes = async (program: string): Promise<void> => {
    const { solved, text } = await judge(entry, program, { brokers, timeouts: longTimeouts })
    expect(solved, text).toBe(true)
  }

  it('passes solved', () => passes(filesOf(entry).solution))

  for (const alternative of alternatives)
    it(`passes when the solution ${alternative.name}`, async () => {
      await using variant = await mutantOf(entry, alternative)
      await passes(variant.program)
    })

  for (const mutant of mutants)
    it(`fails when the solution ${mutant.name}`, async () => {
      await using variant = await mutantOf(entry, mutant)
      const { solved, text } = await failing(variant.program)
      expect(text).toMatch(mutant.verdict)
      expect(solved).toBe(false)
    })
}
