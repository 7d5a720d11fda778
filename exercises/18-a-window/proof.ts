import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /had only one order in flight, and 299 orders waited/,
  mutants: [
    {
      name: 'has a window of one',
      change: [['window: 50', 'window: 1']],
      verdict: /had only one order in flight, and 299 orders waited/,
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
      verdict: /had 300 orders in flight\. The limit is 50/,
    },
    {
      name: 'has a window that is too large',
      change: [['window: 50', 'window: 200']],
      verdict: /had 200 orders in flight\. The limit is 50/,
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
