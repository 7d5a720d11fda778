import type { Proof } from '../src/exercise.ts'

export const proof: Proof = {
  unsolved:
    /connection broke for an instant, with order 2 in the oven, and your program ended: .*orders 3, 4 and 5 wait/i,
  mutants: [
    {
      name: 'ends when the connection breaks',
      change: [
        [
          'Session.open()',
          "Session.open({ onStatus: ({ type }) => void (type === 'disconnected' && process.exit()) })",
        ],
      ],
      verdict: /broke for an instant, with order 2 in the oven, and your program ended/,
    },
    {
      name: 'lets the broker acknowledge',
      change: [
        ['consume()', 'consume({ autoAck: true, limit: 2 })'],
        ['  delivery.ack()\n', ''],
      ],
      verdict: /and your program ended: orders 3, 4 and 5 wait/,
    },
  ],
}
