import type { Proof } from '../src/exercise.ts'

export const proof: Proof = {
  unsolved: /one order was on the line, and 299 waited/,
  mutants: [
    {
      name: 'has a window of one',
      change: [['window: 50', 'window: 1']],
      verdict: /one order was on the line, and 299 waited/,
    },
    {
      name: 'sends everything at once',
      change: [
        ['import { inFlight, Session }', 'import { Session }'],
        [
          'const confirmed = inFlight(orders, (order) => queue.send(order), { window: 50 })\nfor await (const order of confirmed) console.log(`${order} confirmed`)',
          'await Promise.all(orders.map((order) => queue.send(order)))',
        ],
      ],
      verdict: /300 orders were on the line at once, and 50 may be/,
    },
    {
      name: 'has a window that is too large',
      change: [['window: 50', 'window: 200']],
      verdict: /200 orders were on the line at once, and 50 may be/,
    },
    {
      name: 'stops when the first half is confirmed',
      change: [
        ['console.log(`${order} confirmed`)', "{\n  if (order === 'order 150') process.exit()\n}"],
      ],
      verdict: /\d+ of 300 orders never arrived/,
    },
  ],
}
