import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /stream "orders" has 30 orders, but the screen shows none of them/,
  mutants: [
    {
      name: 'acknowledges nothing',
      change: [['  order.ack()\n', '']],
      verdict:
        /shows 10 of 30 orders\. .* delivered 10, .* not acknowledge orders 1, 2, 3, 4 and 6 more/,
    },
    {
      name: 'raises the prefetch instead',
      change: [
        ['prefetch: 10', 'prefetch: 1000'],
        ['  order.ack()\n', ''],
      ],
      verdict: /shows all 32 orders, but .* not acknowledge orders 1, 2, 3, 4 and 28 more/,
    },
    {
      name: 'takes the last chunk for the orders of today',
      change: [["'first'", "'last'"]],
      verdict: /does not show orders 1, 2, 3, 4 and \d+ more: your program started to read after/,
    },
    {
      name: 'takes 1 for the first offset',
      change: [["'first'", '1']],
      verdict: /does not show order 1: your program started to read after it/,
    },
    {
      name: 'stops after the first chunk',
      change: [["'first'", "'first', limit: 10"]],
      verdict: /shows 10 of 30 orders, but not orders 11, 12, 13, 14 and 16 more/,
    },
    {
      name: 'stops when it has seen the orders of the morning',
      change: [["'first'", "'first', limit: 30"]],
      verdict: /not orders 31 and 32, which came later: your program has exited/,
    },
  ],
  alternatives: [
    { name: 'knows that offsets begin with 0', change: [["'first'", '0']] },
    {
      name: 'has a handler, after which the client acknowledges',
      change: [
        ['for await (const order of await orders.consume({', 'const options = {'],
        ["from: 'first', prefetch: 10 })) {", "from: 'first', prefetch: 10 } as const"],
        [
          '  await show(order.text())\n  order.ack()\n}',
          'await (await orders.consume((order) => show(order.text()), options)).finished()',
        ],
      ],
    },
  ],
}
