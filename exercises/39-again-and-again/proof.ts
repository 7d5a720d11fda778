import type { Proof } from '../src/course/exercise.ts'

const line =
  "tasks.define('kitchen.bake', (order: string) => bake(order), { retry: { max: 2, delay: 300 } })"

/** Another task in place of the one in the solution. */
const task = (...lines: readonly string[]) => [[line, lines.join('\n')]] as const

const withPause = [
  'import { Session }',
  "import { setTimeout as pause } from 'node:timers/promises'\n\nimport { Session }",
] as const

export const proof: Proof = {
  unsolved: /tried the toast \d+ times within \d+ ms, and told the waiter SUCCESS/,
  mutants: [
    {
      name: 'does not retry',
      change: [[', { retry: { max: 2, delay: 300 } }', '']],
      verdict: /told FAILURE for the coffee, which was tried once/,
    },
    {
      name: 'counts the first attempt as a retry',
      change: [['max: 2', 'max: 3']],
      verdict: /should try the toast 3 times, .* but the toast was tried 4 times/,
    },
    {
      name: 'does not say how long to wait',
      change: [['max: 2, delay: 300', 'max: 2']],
      verdict:
        /does not know what happened to the toast\. .* told is RETRY, and the toast was tried once/,
    },
    {
      name: 'counts in seconds, as Celery does',
      change: [['delay: 300', 'delay: 0.3']],
      verdict: /toast was tried again after \d+ ms, and should wait for 300 ms/,
    },
    {
      name: 'ignores the error',
      change: [['bake(order), {', 'bake(order).catch(() => {}), {']],
      verdict: /told SUCCESS for the toast, but all of its attempts failed \(1\)/,
    },
    {
      name: 'calls itself with a countdown',
      change: task(
        "const bakeOrder = tasks.define('kitchen.bake', async (order: string, attempt = 1): Promise<void> => {",
        '  await bake(order).catch(async (error: unknown) => {',
        '    if (attempt === 3) throw error',
        '    await bakeOrder.send([order, attempt + 1], { countdown: 300 })',
        '  })',
        '})',
      ),
      verdict: /told SUCCESS for the toast, but all of its attempts failed \([23]\)/,
    },
    {
      name: 'waits inside the task',
      change: [
        withPause,
        ...task(
          "tasks.define('kitchen.bake', async (order: string) => {",
          '  for (let attempt = 1; ; attempt++)',
          '    try {',
          '      return await bake(order)',
          '    } catch (error) {',
          '      if (attempt === 3) throw error',
          '      await pause(300)',
          '    }',
          '})',
        ),
      ],
      verdict: /tea had to wait until the toast was tried again: .* the only slot of the worker/,
    },
  ],
  alternatives: [
    {
      name: 'asks for another attempt itself',
      change: [
        ['import { Tasks }', 'import { currentTask, Tasks }'],
        [
          'bake(order), { retry: { max: 2, delay: 300 } })',
          'bake(order).catch((error: unknown) => currentTask().retry({ max: 2, delay: 300, error })))',
        ],
      ],
    },
    {
      name: 'has growing delays',
      change: [['delay: 300', 'delay: { from: 300, factor: 1.5 }']],
    },
  ],
}
