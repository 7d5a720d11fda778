import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved:
    /crashed on it again, with orders 4 and 5 waiting .*SyntaxError.*\(exercises\/22-bad-apple\/problem\.ts:\d+\)/,
  mutants: [
    {
      name: 'gives it back',
      change: [['delivery.reject()', 'delivery.nack()']],
      verdict: /was delivered \d+ times so far: your program requeues it/,
    },
    {
      name: 'keeps it',
      change: [['    delivery.reject()\n', '']],
      verdict:
        /neither acknowledged nor rejected "order 3, as usual", .* orders 4 and 5 are waiting/,
    },
    {
      name: 'acknowledges it',
      change: [['delivery.reject()', 'delivery.ack()']],
      verdict: /is gone, so nobody can find out/,
    },
    {
      name: 'has a queue that drops what is rejected',
      change: [
        [
          "    'x-dead-letter-routing-key': 'orders.unreadable',\n",
          "    'x-dead-letter-routing-key': 'orders.rejected',\n",
        ],
      ],
      verdict: /is gone, so nobody can find out/,
    },
  ],
}
