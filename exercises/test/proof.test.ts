import { describe, expect, it } from 'vitest'

import { filesOf, readCatalog } from '../src/catalog.ts'
import { judge, type Verdict } from '../src/judge.ts'
import { brokersOfProject } from './brokers.ts'
import { mutantOf, proofOf } from './prove.ts'

// Each exercise fails unsolved and passes solved, and each mutant of its solution fails, all with
// their own verdicts.

const brokers = brokersOfProject()
// A busy machine may pause for a while. A right program never uses up its patience.
const patient = { quiet: 5000, moment: 400 }
const impatient = { quiet: 1500, moment: 400 }

const timeout = 60_000

for (const entry of await readCatalog()) {
  const proof = await proofOf(entry)
  const { problem, solution } = filesOf(entry)

  describe.concurrent(entry.name, () => {
    const failing = async (program: string): Promise<Verdict> =>
      judge(entry, program, { brokers, patience: impatient })

    it('fails unsolved, with its own verdict', { timeout }, async () => {
      const { solved, text } = await failing(problem)
      expect(text).toMatch(proof.unsolved)
      expect(solved).toBe(false)
    })

    it('passes solved', { timeout }, async () => {
      const { solved, text } = await judge(entry, solution, { brokers, patience: patient })
      expect(solved, text).toBe(true)
    })

    for (const mutant of proof.mutants)
      it(`fails when the solution ${mutant.name}`, { timeout }, async () => {
        await using variant = await mutantOf(entry, mutant)
        const { solved, text } = await failing(variant.program)
        expect(text).toMatch(mutant.verdict)
        expect(solved).toBe(false)
      })
  })
}
