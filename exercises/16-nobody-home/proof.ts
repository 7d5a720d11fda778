import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /program accepted order 2, but no queue has it/,
  mutants: [
    {
      name: 'does not know what to do with the error',
      change: [["error.code === 'UNROUTABLE'", "error.code === 'NACKED'"]],
      // Node 20 names the line of the throw, and Node 26 the line of the publication.
      verdict: /crashed: MessagingError: .*"sushi".*\(exercises\/.*program\.ts:1[57]\)/,
    },
    {
      name: 'accepts first',
      change: [
        ['    await accept(order)\n', ''],
        ['    await exchange.publish(', '    await accept(order)\n    await exchange.publish('],
      ],
      verdict: /program accepted order 2, but no queue has it/,
    },
    {
      name: 'does not wait for the broker',
      change: [
        [
          'await exchange.publish(key, order, { mandatory: true })',
          'void exchange.publish(key, order, { mandatory: true }).catch(() => {})',
        ],
      ],
      verdict: /program accepted order 2, but no queue has it/,
    },
  ],
}
