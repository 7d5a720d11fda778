// What `pnpm start` runs of this lesson, and what its output has to show.
import type { LessonTour, LinesOf } from '@messaging-patterns/shared/cli'

import { queueName } from './src/topology.ts'

const workers = ['worker 1', 'worker 2'] as const

function done(lines: LinesOf): string[] {
  return workers.flatMap((worker) => lines(worker, ' done'))
}

export const tour: LessonTour = {
  order: 2,
  shows: 'One queue of tasks for several workers: each task goes to a worker that is free.',
  declares: { queues: { [queueName]: {} } },
  steps: [
    [
      {
        name: workers[0],
        command: ['consumer', '--work-ms', '50'],
        ready: /^waiting for tasks/,
      },
      // Four times slower, so it gets fewer tasks, and no task waits for it.
      {
        name: workers[1],
        command: ['consumer', '--work-ms', '200'],
        ready: /^waiting for tasks/,
      },
    ],
    [{ name: 'producer', command: ['producer', '--count', '6'] }],
  ],
  claims: [
    {
      says: 'each of the six tasks was done once',
      actual: (lines) => done(lines).toSorted(),
      expected: (lines) => lines('producer', ' sent').toSorted(),
      count: 6,
    },
    {
      says: 'the workers shared the tasks: both of them did some',
      actual: (lines) => workers.filter((worker) => lines(worker, ' done').length > 0),
      expected: workers,
    },
  ],
}
