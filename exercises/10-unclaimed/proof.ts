import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved:
    /^Order 2 is in no queue, so the broker dropped it: .* "sushi", .* no alternate exchange/,
  mutants: [
    {
      name: 'has an alternate exchange that no queue is bound to',
      change: [['await unclaimed.bind(lost)\n', '']],
      verdict:
        /^Order 2 is in no queue.* passed it on to its alternate exchange, "lost", and no queue is bound/,
    },
    {
      name: 'names an alternate exchange that does not exist',
      change: [["{ alternateExchange: 'lost' }", "{ alternateExchange: 'lots' }"]],
      verdict: /^Order 2 is in no queue.* its alternate exchange, "lots", does not exist/,
    },
    {
      name: 'has a second exchange, and nothing leads to it',
      change: [[", { alternateExchange: 'lost' }", '']],
      verdict: /^Order 2 is in no queue.* "orders" has no alternate exchange/,
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
      verdict:
        /^Order 4, which the check published, is in no queue, .* "pizza", .* no alternate exchange/,
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
