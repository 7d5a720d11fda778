import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /Your program tried the toast \d+ times within \d+ ms/,
  mutants: [
    {
      name: 'gives up at once',
      change: [['attempts: 3', 'attempts: 1']],
      verdict: /The coffee or the tea was never baked: the toast was tried once, the coffee once/,
    },
    {
      name: 'never gives up',
      change: [['attempts: 3', 'attempts: 100']],
      verdict:
        /should try the toast 3 times and then park it, but the toast was tried 4 times, the coffee twice, the tea once/,
    },
    {
      name: 'does not wait',
      change: [['delay: 400', 'delay: 1']],
      verdict: /The toast was tried again after \d+ ms, and should wait for 400 ms/,
    },
    {
      name: 'rejects what fails',
      change: [[', {\n  retry: { attempts: 3, delay: 400 },\n}', '']],
      verdict: /The coffee or the tea was never baked/,
    },
    {
      name: 'parks somewhere else',
      change: [['delay: 400', "delay: 400, parkIn: 'orders.failed'"]],
      verdict: /toast is not in the queue "orders\.parked": the toast was tried 3 times/,
    },
  ],
}
