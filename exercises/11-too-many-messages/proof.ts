import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /also shows paris\.bread\.returned and paris\.opened/,
  mutants: [
    {
      name: 'wants any town',
      change: [["'paris.*.sold'", "'*.*.sold'"]],
      verdict: /also shows lyon\.bread\.sold/,
    },
    {
      name: 'wants anything that happens to a product',
      change: [["'paris.*.sold'", "'paris.*.*'"]],
      verdict: /also shows paris\.bread\.returned/,
    },
    {
      name: 'takes one word for several',
      change: [["'paris.*.sold'", "'paris.*'"]],
      verdict: /shows paris\.opened\. It does not show paris\.bread\.sold and paris\.cake\.sold/,
    },
  ],
}
