import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /Orders \d, \d, \d.* wait behind the wedding cake/,
  mutants: [
    {
      name: 'has no limit at all',
      change: [['prefetch: 1', 'prefetch: 0']],
      verdict: /wait behind the wedding cake/,
    },
    {
      name: 'takes one order ahead',
      change: [['prefetch: 1', 'prefetch: 2']],
      verdict: /Order \d waits behind the wedding cake/,
    },
    {
      name: 'acknowledges nothing',
      change: [['  delivery.ack()\n', '']],
      verdict: /still in the queue: the other baker has not acknowledged order \d/,
    },
    {
      name: 'lets the broker acknowledge',
      change: [
        ['prefetch: 1', 'autoAck: true'],
        ['  delivery.ack()\n', ''],
      ],
      verdict: /wait behind the wedding cake/,
    },
  ],
}
