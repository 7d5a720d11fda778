import type { Proof } from '../src/course/exercise.ts'

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
      name: 'collects sushi, and nothing else',
      change: [
        ["'orders', 'direct', { alternateExchange: 'lost' }", "'orders', 'direct'"],
        [
          'unclaimed.bind(lost)',
          "unclaimed.bind(await session.exchange('orders', 'direct'), 'sushi')",
        ],
      ],
      verdict: /^Order 4, which the check published, is in no queue, .* "pizza"/,
    },
    {
      name: 'collects everything',
      change: [
        [
          'await bakery.bind(exchange',
          "await unclaimed.bind(exchange, 'bread')\nawait bakery.bind(exchange",
        ],
      ],
      verdict: /"unclaimed" also holds order 1/,
    },
    {
      name: 'sends the sushi to the bakery',
      change: [["'bread', 'cake')", "'bread', 'cake', 'sushi')"]],
      verdict: /queue "bakery" also holds order 2/,
    },
  ],
}
