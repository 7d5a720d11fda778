import type { Proof } from '../src/course/exercise.ts'

export const proof: Proof = {
  unsolved: /orders (2, )?3, 4 and 5 were accepted but never reached the broker/,
  mutants: [
    {
      name: 'accepts first',
      change: [
        ['  await queue.send(order)\n', ''],
        ['  await accept(order)\n', '  await accept(order)\n  await queue.send(order)\n'],
      ],
      verdict: /order 2 was accepted but never reached the broker/,
    },
    {
      name: 'waits for the confirms in the end',
      change: [
        ['for (const order', 'const confirms: Promise<void>[] = []\nfor (const order'],
        ['  await queue.send(order)', '  confirms.push(queue.send(order))'],
        ['  await accept(order)\n}', '  await accept(order)\n}\nawait Promise.all(confirms)'],
      ],
      verdict: /orders (2, )?3, 4 and 5 were accepted but never reached the broker/,
    },
    {
      name: 'does not accept anything',
      change: [['  await accept(order)\n', '  console.log(order, accept.name)\n']],
      verdict: /broker has orders 1, 2, 3, 4 and 5, but your program did not accept them/,
    },
  ],
}
