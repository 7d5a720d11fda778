// What `pnpm start` runs of this lesson, and what its output has to show.
import type { LessonTour } from '@messaging-patterns/shared/cli'

import { requestQueue } from './src/topology.ts'

export const tour: LessonTour = {
  order: 6,
  shows: 'A function that runs in another program: send a request, and get the reply.',
  declares: { queues: { [requestQueue]: {} } },
  steps: [
    [
      {
        name: 'server',
        command: ['server', '--work-ms', '600'],
        ready: /^ \[x\] Awaiting RPC requests/,
      },
    ],
    [{ name: 'client', command: ['client', '30'] }],
    [{ name: 'client', command: ['client', 'thirty'], exitCode: 1 }],
    // Long enough for the request to reach the server, and too short for the answer.
    [{ name: 'client', command: ['client', '--timeout', '0.3', '40'], exitCode: 1 }],
  ],
  claims: [
    {
      says: 'fib(30) is 832040',
      actual: (lines) => lines('client').filter((line) => line.startsWith(' [.] Got ')),
      expected: [' [.] Got 832040'],
    },
    {
      says: 'fib(thirty) is an error in the server, and the client gets it as an error',
      actual: (lines) => [
        ...lines('server').filter((line) => line.includes('thirty')),
        ...lines('client').filter((line) => line.startsWith('error: fib takes')),
      ],
      expected: [' [.] fib(thirty)', 'error: fib takes a whole number from 0 to 78, not "thirty"'],
    },
    {
      says: 'when the server takes too long, the call times out',
      actual: (lines) => [
        ...lines('server').filter((line) => line.includes('fib(40)')),
        ...lines('client').flatMap((line) => /^error: no reply[^;]*/.exec(line) ?? []),
      ],
      expected: [' [.] fib(40)', 'error: no reply to "40" within 0.3 s'],
    },
  ],
}
