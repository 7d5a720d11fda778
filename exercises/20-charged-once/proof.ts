import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /Ann paid twice for her bread/,
  mutants: [
    {
      name: 'takes the text for an id',
      change: [["delivery.messageId ?? ''", 'delivery.text()']],
      verdict: /Cem ordered two coffees, .* but paid for 1/,
    },
    {
      name: 'remembers in the program what was paid',
      change: [
        ['import { charge }', "import { randomUUID } from 'node:crypto'\n\nimport { charge }"],
        ['const queue', 'const keys = new Map<string, string>()\nconst queue'],
        [
          "  await charge(delivery.text(), delivery.messageId ?? '')",
          "  const id = delivery.messageId ?? ''\n  keys.set(id, keys.get(id) ?? randomUUID())\n  await charge(delivery.text(), keys.get(id) ?? '')",
        ],
      ],
      verdict: /Ann paid twice for her bread\. Your program was killed/,
    },
    {
      name: 'believes that only what is redelivered can come twice',
      change: [
        ['import { charge }', "import { randomUUID } from 'node:crypto'\n\nimport { charge }"],
        [
          "delivery.messageId ?? ''",
          "delivery.text().startsWith('bread') ? 'order-101' : randomUUID()",
        ],
      ],
      verdict: /Bob paid twice for his cake/,
    },
  ],
}
