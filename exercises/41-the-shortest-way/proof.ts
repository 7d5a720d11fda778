import type { Proof } from '../src/course/exercise.ts'

const inThread = "inThread<(van: string) => string>(routes, 'shortestRoute')"
const computes = [
  ['{ inThread, Tasks }', '{ Tasks }'],
  ["const routes = new URL('../routes.ts', import.meta.url)\n", ''],
  [
    "import { show } from '../world.ts'",
    "import { shortestRoute } from '../routes.ts'\nimport { show } from '../world.ts'",
  ],
] as const

const late = /^The receipts of orders 1, 2 and 3 were shown when the route .* nothing else could/

export const proof: Proof = {
  unsolved: late,
  mutants: [
    {
      name: 'makes the function async',
      change: [...computes, [inThread, 'async (van: string) => shortestRoute(van)']],
      verdict: late,
    },
    {
      name: 'computes a little later',
      change: [
        ...computes,
        [
          inThread,
          'async (van: string) => { await new Promise((resolve) => setTimeout(resolve, 10)); return shortestRoute(van) }',
        ],
      ],
      verdict: late,
    },
    {
      name: 'has more slots',
      change: [...computes, [inThread, 'shortestRoute'], ['concurrency: 10', 'concurrency: 100']],
      verdict: late,
    },
    {
      name: 'has a time limit',
      change: [...computes, [inThread, 'shortestRoute, { timeLimit: 200 }']],
      verdict: late,
    },
    {
      name: 'has a second worker in the same process',
      change: [
        ...computes,
        [inThread, 'shortestRoute'],
        [
          'await worker.finished()',
          'await using other = await connected.startWorker()\nawait other.finished()',
        ],
      ],
      verdict: late,
    },
    {
      name: 'computes when it has returned',
      change: [...computes, [inThread, '(van: string) => { setTimeout(shortestRoute, 20, van) }']],
      verdict: /caller should get the route of the van, but the result is "null"/,
    },
    {
      name: 'misspells the function',
      change: [["'shortestRoute'", "'shortestroute'"]],
      verdict: /^The task for van 1 failed with TypeError: .* is not a function/,
    },
  ],
}
