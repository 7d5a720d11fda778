import type { Proof } from '../src/course/exercise.ts'

const line = '  await bakeOrder.send([order], { countdown: 1000 })\n'
const withPause = [
  'import { Session }',
  "import { setTimeout as pause } from 'node:timers/promises'\n\nimport { Session }",
] as const

export const proof: Proof = {
  unsolved: /orders? .*5 (was|were) never baked: \w+ waited in the memory of the first process/,
  mutants: [
    {
      name: 'bakes without another task when its own timer is due',
      change: [[line, '  setTimeout(() => void bake(order), 1000)\n']],
      verdict: /after it had accepted 5 orders.* orders? .*5 (was|were) never baked/,
    },
    {
      name: 'waits inside the task that accepts',
      change: [withPause, [line, '  await pause(1000)\n  await bakeOrder.delay(order)\n']],
      verdict:
        /^Orders 3 and 4 were not accepted: tasks that only wait .* waits at exercises\S+:\d/,
    },
    {
      name: 'waits inside the task that bakes',
      change: [
        withPause,
        [line, '  await bakeOrder.delay(order)\n'],
        [
          '(order: string) => bake(order)',
          '(order: string) => pause(1000).then(() => bake(order))',
        ],
      ],
      // A fast worker bakes two orders before it gets the calls that follow.
      verdict:
        /^(Order [45] was|Orders 3 and 4 were) not accepted: tasks that only wait for noon occupy both slots/,
    },
    {
      name: 'counts in seconds, as Celery does',
      change: [['countdown: 1000', 'countdown: 1']],
      verdict: /^Order \d was baked \d+ ms after it was accepted, and should wait for 1000 ms/,
    },
  ],
  alternatives: [
    {
      name: 'says at what time the task may start',
      change: [['countdown: 1000', 'eta: new Date(Date.now() + 1000)']],
    },
    {
      name: 'accepts the order at the first attempt, and bakes it at the second',
      change: [
        ['import { Tasks }', 'import { currentTask, Tasks }'],
        ['  await accept(order)\n', ''],
        [
          line,
          '  if (currentTask().retries === 0) {\n    await accept(order)\n    currentTask().retry({ delay: 1000 })\n  }\n  await bakeOrder.delay(order)\n',
        ],
      ],
    },
  ],
}
