// The tasks of this lesson. Workers run them; other programs call them by their names.
import { setTimeout as pause } from 'node:timers/promises'

import { currentTask, inThread, Tasks } from './index.ts'

export const tasks = new Tasks()

export const add = tasks.define('tasks.add', (a: number, b: number) => a + b, {
  parameters: ['a', 'b'],
})

/** Fails at the first attempt, and is retried a second later. */
export const bake = tasks.define(
  'tasks.bake',
  (cake: string) => {
    if (currentTask().retries === 0) throw new Error('the oven is busy')
    return `one ${cake}`
  },
  { parameters: ['cake'], retry: { max: 3, delay: { from: 1000, factor: 2 } } },
)

/** Calls another task for each cake. It doesn't wait for them: while it did, it would occupy its worker. */
export const order = tasks.define('tasks.order', async (...cakes: string[]) => {
  for (const cake of cakes) await bake.delay(cake)
  return `${cakes.length} ordered`
})

/** Takes a while, and reports its progress. */
export const print = tasks.define(
  'tasks.print',
  async (pages: number) => {
    const task = currentTask()
    for (let page = 1; page <= pages; page++) {
      await pause(1000, undefined, { signal: task.signal })
      await task.progress({ page, of: pages })
    }
    return `${pages} pages`
  },
  { parameters: ['pages'] },
)

/** Would block all other tasks, so it runs in a thread of its own. */
const fibonacciInThread = inThread<(n: number) => number>(
  new URL('./fibonacci.ts', import.meta.url),
  'fibonacci',
)
export const fibonacci = tasks.define('tasks.fibonacci', fibonacciInThread, {
  parameters: ['n'],
  timeLimit: 60_000,
})

// A scheduler makes these calls: a cake every five seconds, and three pages every night.
tasks.schedule('cakes', bake.s('sponge'), { every: 5000 })
tasks.schedule('nightly', print.s(3), { crontab: '0 3 * * *', timezone: 'Europe/Berlin' })
