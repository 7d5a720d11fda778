import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved:
    /^A message has version 3\. Your program crashed on it, .* crashed on it again\. The books lack order 4/,
  mutants: [
    {
      name: 'tries again what will never succeed',
      change: [[', hopeless: isUnknownVersion', '']],
      verdict: /^The message of version 3 was delivered (twice|3 times)/,
    },
    {
      name: 'reads version 3 as if it were version 2',
      change: [['if (version === 2)', 'if (version !== 1)']],
      verdict: /^The books have order 3: undefined/,
    },
    {
      name: 'acknowledges what it cannot read',
      change: [
        [
          'const isUnknownVersion',
          'const skip = (error: unknown): void => void (error instanceof UnknownVersion)\nconst isUnknownVersion',
        ],
        [
          '(delivery) => record(costOf(delivery))',
          'async (delivery) => {\n  try {\n    await record(costOf(delivery))\n  } catch (error) {\n    skip(error)\n  }\n}',
        ],
      ],
      verdict: /^The message of version 3 is gone/,
    },
  ],
}
