import type { Proof } from '../src/course/exercise.ts'

const inThread = "inThread<(van: string) => string>(routes, 'shortestWay')"
const computes = [
  ['{ inThread, Tasks }', '{ Tasks }'],
  ["const routes = new URL('../routes.ts', import.meta.url)\n", ''],
  [
    "import { show } from '../world.ts'",
    "import { shortestWay } from '../routes.ts'\nimport { show } from '../world.ts'",
  ],
] as const

const late = /^The receipts of orders 1, 2 and 3 were shown when the way .* nothing else could run/

export const proof: Proof = {
  unsolved: late,
  mutants: [
    {
      name: 'makes the function async',
      change: [...computes, [inThread, 'async (van: string) => shortestWay(van)']],
      verdict: late,
    },
    {
      name: 'computes a little later',
      change: [
        ...computes,
        [
          inThread,
          'async (van: string) => { await new Promise((resolve) => setTimeout(resolve, 10)); return shortestWay(van) }',
        ],
      ],
      verdict: late,
    },
    {
      name: 'has more places',
      change: [...computes, [inThread, 'shortestWay'], ['concurrency: 10', 'concurrency: 100']],
      verdict: late,
    },
    {
      name: 'has a time limit',
      change: [...computes, [inThread, 'shortestWay, { timeLimit: 200 }']],
      verdict: late,
    },
    {
      name: 'has a second worker in the same process',
      change: [
        ...computes,
        [inThread, 'shortestWay'],
        [
          'await worker.finished()',
          'await using other = await connected.startWorker()\nawait other.finished()',
        ],
      ],
      verdict: late,
    },
    {
      name: 'computes when it has returned',
      change: [...computes, [inThread, '(van: string) => { setTimeout(shortestWay, 20, van) }']],
      verdict: /caller should get the way of the van, but the result is "null"/,
    },
    {
      name: 'misspells the function',
      change: [["'shortestWay'", "'shortestway'"]],
      verdict: /^The task for van 1 failed with TypeError: .* is not a function/,
    },
  ],
}
