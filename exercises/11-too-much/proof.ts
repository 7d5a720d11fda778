import type { Proof } from '../src/exercise.ts'

export const proof: Proof = {
  unsolved: /shows paris\.bread\.returned and paris\.opened as well/,
  mutants: [
    {
      name: 'wants any town',
      change: [["'paris.*.sold'", "'*.*.sold'"]],
      verdict: /shows lyon\.bread\.sold as well/,
    },
    {
      name: 'wants anything that happens to a product',
      change: [["'paris.*.sold'", "'paris.*.*'"]],
      verdict: /shows paris\.bread\.returned as well/,
    },
    {
      name: 'takes one word for several',
      change: [["'paris.*.sold'", "'paris.*'"]],
      verdict: /shows paris\.opened\. It misses paris\.bread\.sold and paris\.cake\.sold/,
    },
  ],
}
