import type { Proof } from '../src/course/exercise.ts'

const publish = '  await queue.send(`order ${order}`, { messageId: `order-${order}` })\n'

export const proof: Proof = {
  unsolved: /your program was killed: order 3 is marked as sent, but never reached the broker/,
  mutants: [
    {
      name: 'does not wait for the confirm',
      change: [[publish, publish.replace('await', 'void')]],
      verdict: /orders? 3.* marked as sent, but never reached the broker/,
    },
    {
      name: 'makes up a new id for each attempt',
      change: [
        ['import { Session }', "import { randomUUID } from 'node:crypto'\n\nimport { Session }"],
        ['`order-${order}`', 'randomUUID()'],
      ],
      verdict: /^Order 4 was published, .* but with another message id/,
    },
    {
      name: 'has the same id for all',
      change: [['`order-${order}`', "'order'"]],
      verdict: /^Different orders have the same message id/,
    },
    {
      name: 'never marks anything',
      change: [['  await markSent(order)\n', '']],
      verdict: /again and again: it never marks them/,
    },
  ],
}
