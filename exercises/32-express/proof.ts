import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /delivered orders 1, 2, 3, 4 and 5, in this order/,
  mutants: [
    {
      name: 'gives all the same priority',
      change: [['express ? 5 : 1', '5']],
      verdict: /delivered orders 1, 2, 3, 4 and 5, in this order/,
    },
    {
      name: 'thinks that 1 is the highest',
      change: [['express ? 5 : 1', 'express ? 1 : 5']],
      verdict: /delivered orders 1, 2, 4, 3 and 5, in this order/,
    },
    {
      name: 'goes to a queue that knows no priorities',
      change: [["    arguments: { 'x-max-priority': 5 },\n".replace('    ', '  '), '']],
      verdict: /delivered orders 1, 2, 3, 4 and 5, in this order/,
    },
  ],
}
