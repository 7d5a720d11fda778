import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /Sale 3, sale 4 and sale 5 are lost/,
  mutants: [
    {
      name: 'has a queue that goes with its last consumer',
      change: [["'bookkeeping'", "'bookkeeping', { type: 'classic', autoDelete: true }"]],
      verdict: /are lost: while your program was not running/,
    },
    {
      name: 'has a named queue for itself',
      change: [["'bookkeeping'", "'bookkeeping', { exclusive: true }"]],
      verdict: /are lost: while your program was not running/,
    },
    {
      name: 'has a durable queue whose name the broker chooses',
      change: [["'bookkeeping'", "'', { durable: true, exclusive: false }"]],
      verdict:
        /Sale 3, sale 4 and sale 5 are not shown: .* in the queue that your program used before/,
    },
    {
      name: 'has a queue with another name',
      change: [["'bookkeeping'", "'bookeeping'"]],
      verdict: /no queue "bookkeeping"/,
    },
    {
      name: 'acknowledges nothing',
      change: [
        ['consume()', 'consume({ prefetch: 10 })'],
        ['  delivery.ack()\n', ''],
      ],
      verdict: /came a second time/,
    },
  ],
}
