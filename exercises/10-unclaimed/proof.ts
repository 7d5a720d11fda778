import type { Proof } from '../src/exercise.ts'

export const proof: Proof = {
  unsolved: /Order 2 is in no queue, so the broker dropped it: .* "sushi"/,
  mutants: [
    {
      name: 'has an alternate exchange that no queue is bound to',
      change: [['await unclaimed.bind(lost)\n', '']],
      verdict: /Order 2 is in no queue/,
    },
    {
      name: 'has a second exchange, and nothing leads to it',
      change: [[", { alternateExchange: 'lost' }", '']],
      verdict: /Order 2 is in no queue/,
    },
    {
      name: 'collects everything',
      change: [
        ["'direct', { alternateExchange: 'lost' }", "'direct'"],
        [
          'unclaimed.bind(lost)',
          "unclaimed.bind(await session.exchange('orders', 'direct'), 'bread', 'sushi')",
        ],
      ],
      verdict: /"unclaimed" also holds order 1/,
    },
    {
      name: 'sends the sushi to the bakery',
      change: [["'bread', 'cake')", "'bread', 'cake', 'sushi')"]],
      verdict: /sushi\) is in the queue "bakery"/,
    },
  ],
}
