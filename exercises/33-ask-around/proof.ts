import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /prices were 12, 9, 15, .* the screen shows "flour costs 12"/,
  mutants: [
    {
      name: 'takes the last answer',
      change: [['Math.min(...prices)', 'prices.at(-1)']],
      verdict: /the screen shows "flour costs 11"/,
    },
    {
      name: 'stops after three answers',
      change: [
        ['Number(answer.text()))', 'Number(answer.text()))\n  if (prices.length === 3) break'],
      ],
      verdict: /^The screen shows "flour costs 9", .* stopped after three/,
    },
    {
      name: 'waits until every supplier has answered',
      change: [['{ signal: AbortSignal.timeout(500) }', '{ limit: 7 }']],
      verdict: /one supplier never answers\. The screen shows nothing/,
    },
    {
      name: 'believes every answer',
      change: [['if (answer.correlationId === correlationId) prices', 'prices']],
      verdict: /the screen shows "flour costs 1"/,
    },
  ],
}
