import type { Proof } from '../src/exercise.ts'

export const proof: Proof = {
  unsolved:
    /price list is gone, and after .* s the office still waits .* waits at exercises\/.*:\d+/,
  mutants: [
    {
      name: 'leaves its question in the queue',
      change: [[', expiration: timeout', '']],
      verdict: /question is still in the queue "quotes"/,
    },
    {
      name: 'waits for an hour',
      change: [['const timeout = 500', 'const timeout = 3_600_000']],
      verdict: /the office still waits for the price of cake/,
    },
    {
      name: 'never waits',
      change: [['pause(timeout, ', 'pause(0, ']],
      verdict: /the screen shows "bread: no answer/,
    },
  ],
}
