import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /also got a cake for tomorrow, a cake in no hurry and express bread/,
  mutants: [
    {
      name: 'looks at the product only',
      change: [[', express: true', '']],
      verdict: /also got a cake for tomorrow and a cake in no hurry/,
    },
    {
      name: 'asks for text where there is a boolean',
      change: [['express: true', "express: 'true'"]],
      verdict: /did not get the cake for table 7 and the cake with a candle/,
    },
    {
      name: 'asks for a header too many',
      change: [['express: true', 'express: true, candles: 1']],
      verdict: /did not get the cake for table 7:/,
    },
  ],
}
