import type { LessonTour, Look } from '@messaging-patterns/shared'

const workers = ['worker 1', 'worker 2'] as const

function done(look: Look): string[] {
  return workers.flatMap((worker) => look(worker, ' done'))
}

export const tour: LessonTour = {
  order: 2,
  shows: 'One queue of tasks for several workers: a task goes to one of them, to one that is free.',
  declares: { queues: { task_queue: {} } },
  steps: [
    [
      {
        name: workers[0],
        command: ['consumer', '--work-ms', '50'],
        ready: /^waiting for tasks/,
      },
      // Four times as slow: so it gets fewer tasks, and nobody waits for it.
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
      says: 'each of the six tasks was done, and done once',
      found: (look) => done(look).toSorted(),
      wanted: (look) => look('producer', ' sent').toSorted(),
      count: 6,
    },
    {
      says: 'the workers shared them: both had some',
      found: (look) => workers.filter((worker) => look(worker, ' done').length > 0),
      wanted: workers,
    },
  ],
}
