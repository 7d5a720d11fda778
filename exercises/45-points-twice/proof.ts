import type { Proof } from '../src/course/exercise.ts'

const ifNew = "if (await addToInbox(delivery.messageId ?? '')) "

export const proof: Proof = {
  unsolved: /^Ann got points twice for one order\. Your program was killed between the commit and/,
  mutants: [
    {
      name: 'commits the id before the points',
      change: [
        [
          `  ${ifNew}await`,
          "  const isNew = await addToInbox(delivery.messageId ?? '')\n  await commit()\n  if (isNew) await",
        ],
      ],
      verdict: /^Dan got no points\. Your program was killed before their commit/,
    },
    {
      name: 'acknowledges before the commit',
      change: [
        ['  delivery.ack()\n', ''],
        [`  ${ifNew}`, `  delivery.ack()\n  ${ifNew}`],
      ],
      verdict: /^Dan got no points/,
    },
    {
      name: 'remembers the ids in the program',
      change: [
        ['addToInbox, ', ''],
        ['const queue', 'const seen = new Set<string | undefined>()\nconst queue'],
        [ifNew, 'if (!seen.has(delivery.messageId)) '],
        ['  await commit()\n', '  seen.add(delivery.messageId)\n  await commit()\n'],
      ],
      verdict: /^Ann got points twice/,
    },
    {
      name: 'takes the text for an id',
      change: [["delivery.messageId ?? ''", 'delivery.text()']],
      verdict: /^Cem ordered twice, in two messages with different ids, but got points 1 time/,
    },
  ],
}
