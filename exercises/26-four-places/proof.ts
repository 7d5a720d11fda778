import type { Proof } from '../src/exercise.ts'

export const proof: Proof = {
  unsolved: /40 orders were in the oven at once, and it has 4 places/,
  mutants: [
    {
      name: 'takes twice as many',
      change: [['prefetch: 4', 'prefetch: 8']],
      verdict: /8 orders were in the oven at once/,
    },
    {
      name: 'waits for each order',
      change: [['void bake(', 'await bake(']],
      verdict: /Only 1 of 4 places in the oven are taken, and 39 orders wait/,
    },
    {
      name: 'acknowledges too early',
      change: [
        [
          'void bake(delivery.text()).then(() => delivery.ack())',
          'delivery.ack()\n  void bake(delivery.text())',
        ],
      ],
      verdict: /orders were in the oven at once, and it has 4 places/,
    },
  ],
}
