import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /Orders 4, 5 and 6 are lost: the queue "oven" was full, the broker refused them/,
  mutants: [
    {
      name: 'tries a second time, and no more',
      change: [
        [
          'while (!(await isTaken(order)))',
          'if (!(await isTaken(order)) && !(await isTaken(order)))',
        ],
      ],
      verdict: /are lost: the queue "oven" was full, the broker refused/,
    },
    {
      name: 'does not pause',
      change: [['await pause(50)', 'await pause(0)']],
      verdict: /tried \d+ times in a fraction of a second/,
    },
    {
      name: 'lets the queue drop the oldest',
      change: [[", 'x-overflow': 'reject-publish'", '']],
      verdict:
        /Orders 1, 2 and 3 are lost: the queue "oven" was full, and the broker dropped the oldest/,
    },
  ],
}
