import type { Proof } from '../src/course/exercise.ts'

const line = "const [cake] = await broker.queue('cakes').until('received')"
const withPause = [
  'import { startTestBroker }',
  "import { setTimeout as pause } from 'node:timers/promises'\n\nimport { startTestBroker }",
] as const

export const proof: Proof = {
  unsolved:
    /^The oven took a quarter of a second longer than usual, and your test failed, although .* no cake/,
  mutants: [
    {
      name: 'sleeps for a longer time',
      change: [
        withPause,
        [line, "await pause(2000)\nconst [cake] = broker.queue('cakes').received"],
      ],
      verdict: /^Your test does not end/,
    },
    {
      name: 'waits, and then looks at nothing',
      change: [["if (cake?.text !== 'cake for order 1')", "if (cake?.text === '')"]],
      verdict: /^Your test passes for a baker who burns the cakes/,
    },
    {
      name: 'waits for the order instead of the cake',
      change: [
        [line, "const [cake] = await broker.queue('orders').until('delivered')"],
        ["'cake for order 1'", "'order 1'"],
      ],
      verdict: /^Your test passed before there was a cake|^Your test passes for a baker who burns/,
    },
  ],
  alternatives: [
    {
      name: 'waits for the right cake, and not for any',
      change: [
        [line, "const [cake] = await broker.queue('cakes').until('received', 'cake for order 1')"],
      ],
    },
  ],
}
