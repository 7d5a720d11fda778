import { delayQueue } from '@messaging-patterns/shared'
import type { LessonTour } from '@messaging-patterns/shared/cli'

import { delayedRetryQueue, experiment, parkingQueue, workQueue } from './src/topology.ts'

const queues = [
  workQueue,
  delayedRetryQueue,
  parkingQueue,
  // The queues in which messages wait for their next attempt, here and with the default delays.
  ...[100, 200, 1000, 2000].map((delay) => delayQueue(workQueue.name, delay)),
  experiment.queue,
  experiment.deadLetters,
]

export const tour: LessonTour = {
  order: 8,
  shows:
    'A message that fails is tried again later, a few times, and then parked; others do not wait.',
  declares: {
    queues: Object.fromEntries(queues.map(({ name, options }) => [name, options])),
  },
  steps: [
    [{ name: 'consumer', command: ['consumer', '--delay-ms', '100'], ready: /^waiting for/ }],
    [{ name: 'producer', command: ['producer', 'fail toast'] }],
    [
      { name: 'producer', command: ['producer', 'flaky coffee'] },
      { name: 'producer', command: ['producer', 'tea'] },
    ],
  ],
  claims: [
    {
      says: 'the coffee failed once, was tried again, and was done',
      found: (look) => look('consumer').flatMap((line) => /^flaky coffee [^:]*/.exec(line) ?? []),
      wanted: ['flaky coffee failed (attempt 1)', 'flaky coffee done (attempt 2)'],
    },
    {
      says: 'the toast failed three times, and was then parked, not lost',
      found: (look) => look('consumer').filter((line) => line.endsWith('in "retries.parked"')),
      wanted: [
        'fail toast failed (attempt 3): Error: the oven is broken; parked in "retries.parked"',
      ],
    },
    {
      says: 'the tea did not wait for them',
      found: (look) => look('consumer').filter((line) => line.startsWith('tea ')),
      wanted: ['tea done (attempt 1)'],
    },
  ],
}
