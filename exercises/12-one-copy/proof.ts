import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /shows paris\.cake\.returned twice/,
  mutants: [
    {
      name: 'forgets the returns',
      change: [["'paris.#', '#.returned'", "'paris.#'"]],
      verdict: /does not show lyon\.cake\.returned/,
    },
    {
      name: 'takes everything',
      change: [["'paris.#', '#.returned'", "'#'"]],
      verdict: /also shows lyon\.bread\.sold/,
    },
    {
      name: 'takes "#" for one word',
      change: [["'paris.#', '#.returned'", "'paris.*', '#.returned'"]],
      verdict: /does not show paris\.bread\.sold/,
    },
  ],
}
