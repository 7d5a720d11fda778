import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved:
    /first node is down, the other one is available, but your program never connected to it: .* waits at exercises\/29/,
  mutants: [
    {
      name: 'takes the list for one address',
      change: [[".split(',')", ".split(',').slice(-2, 1)"]],
      verdict: /your program never connected to it/,
    },
    {
      name: 'knows all doors and does not try again',
      change: [['url: urls', 'url: urls, reconnectFor: 0']],
      verdict: /Your program crashed: MessagingError/,
    },
  ],
}
