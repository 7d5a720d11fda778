import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved:
    /connection dropped for a moment, with order 2 in the oven, and your program exited: .*orders 3, 4 and 5 are waiting/i,
  mutants: [
    {
      name: 'ends when the connection breaks',
      change: [
        [
          'Session.open()',
          "Session.open({ onStatus: ({ type }) => void (type === 'disconnected' && process.exit()) })",
        ],
      ],
      verdict: /dropped for a moment, with order 2 in the oven, and your program exited/,
    },
    {
      name: 'lets the broker acknowledge',
      change: [
        ['consume()', 'consume({ autoAck: true, limit: 2 })'],
        ['  delivery.ack()\n', ''],
      ],
      verdict: /and your program exited: orders 3, 4 and 5 are waiting/,
    },
  ],
}
