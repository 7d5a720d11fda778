import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /40 orders were in the oven at once, but it has room for 4/,
  mutants: [
    {
      name: 'takes twice as many',
      change: [['prefetch: 4', 'prefetch: 8']],
      verdict: /8 orders were in the oven at once/,
    },
    {
      name: 'waits for each order',
      change: [['void bake(', 'await bake(']],
      verdict: /uses only 1 of 4 places in the oven, and 39 orders are waiting/,
    },
    {
      name: 'acknowledges too early',
      change: [
        [
          'void bake(delivery.text()).then(() => delivery.ack())',
          'delivery.ack()\n  void bake(delivery.text())',
        ],
      ],
      verdict: /orders were in the oven at once, but it has room for 4/,
    },
  ],
}
