import type { Proof } from '../src/exercise.ts'

export const proof: Proof = {
  unsolved: /shows paris\.cake\.returned twice/,
  mutants: [
    {
      name: 'forgets the returns',
      change: [["'paris.#', '#.returned'", "'paris.#'"]],
      verdict: /misses lyon\.cake\.returned/,
    },
    {
      name: 'takes everything',
      change: [["'paris.#', '#.returned'", "'#'"]],
      verdict: /shows lyon\.bread\.sold as well/,
    },
    {
      name: 'takes "#" for one word',
      change: [["'paris.#', '#.returned'", "'paris.*', '#.returned'"]],
      verdict: /misses paris\.bread\.sold/,
    },
  ],
}
