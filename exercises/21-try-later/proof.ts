import type { Proof } from '../src/exercise.ts'

export const proof: Proof = {
  unsolved: /Your program tried to bake \d+ times within \d+ ms/,
  mutants: [
    {
      name: 'gives up at once',
      change: [['attempts: 3', 'attempts: 1']],
      verdict: /The coffee or the tea was never baked: the toast was tried once, the coffee once/,
    },
    {
      name: 'never gives up',
      change: [['attempts: 3', 'attempts: 100']],
      verdict: /tried the toast a fourth time, .* The coffee was tried twice, the tea once/,
    },
    {
      name: 'does not wait',
      change: [['delay: 200', 'delay: 1']],
      verdict: /The second attempt at the toast came \d+ ms after the first, which is too soon/,
    },
    {
      name: 'rejects what fails',
      change: [[', {\n  retry: { attempts: 3, delay: 200 },\n}', '']],
      verdict: /The coffee or the tea was never baked/,
    },
    {
      name: 'parks somewhere else',
      change: [['delay: 200', "delay: 200, parkIn: 'orders.failed'"]],
      verdict: /toast is not in the queue "orders\.parked": the toast was tried 3 times/,
    },
  ],
}
