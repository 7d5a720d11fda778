import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved:
    /price server is down, and after .* s the office is still waiting .* waits at exercises\/.*:\d+/,
  mutants: [
    {
      name: 'leaves its question in the queue',
      change: [[', expiration: timeout', '']],
      verdict: /question is still in the queue "quotes"/,
    },
    {
      name: 'waits for an hour',
      change: [['const timeout = 500', 'const timeout = 3_600_000']],
      verdict: /the office is still waiting for the price of cake/,
    },
    {
      name: 'never waits',
      change: [['pause(timeout, ', 'pause(0, ']],
      verdict: /but the screen shows "bread: no answer/,
    },
  ],
}
