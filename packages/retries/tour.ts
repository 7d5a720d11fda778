// What `pnpm start` runs of this lesson, and what its output has to show.
import { delayQueue } from '@messaging-patterns/shared'
import type { LessonTour, LinesOf } from '@messaging-patterns/shared/cli'

import { delayedRetryQueue, experiment, parkingQueue, workQueue } from './src/topology.ts'

/** Those of the tour, and of the commands in the chapter: with `--jitter`, there are many. */
const delays = [
  100, 125, 150, 175, 200, 250, 300, 350, 400, 500, 600, 700, 800, 1000, 1200, 1400, 1600, 2000,
  4000,
]

const queues = [
  workQueue,
  delayedRetryQueue,
  parkingQueue,
  ...delays.map((delay) => delayQueue(workQueue.name, delay)),
  experiment.queue,
  experiment.deadLetters,
]

/** What the producer sends, in this order. */
const breakfast = ['0 flaky coffee', '1 fail toast', '2 tea']

/** What happened to a message at each attempt: "failed (attempt 1); retry in 500 ms". */
function attempts(lines: LinesOf, text: string): readonly string[] {
  return lines('consumer')
    .filter((line) => line.startsWith(`${text} `))
    .map((line) => line.slice(text.length + 1).replace(/: Error: [^;]*/, ''))
}

/** The messages in the order in which the consumer finished with them, done or parked. */
function finished(lines: LinesOf): readonly string[] {
  return lines('consumer')
    .filter((line) => / done \(|; parked in /.test(line))
    .map((line) => line.replace(/ (?:done|failed) .*/, ''))
}

export const tour: LessonTour = {
  order: 8,
  shows:
    'A message that fails is tried again later, a few times, and then parked; others do not wait.',
  declares: {
    queues: Object.fromEntries(queues.map(({ name, options }) => [name, options])),
  },
  steps: [
    [{ name: 'consumer', command: ['consumer', '--delay-ms', '500'], ready: /^waiting for/ }],
    // One program sends all three, so the tea is right behind the two that fail.
    [{ name: 'producer', command: ['producer', '--count', '3'] }],
  ],
  claims: [
    {
      says: 'the tea, sent last, was done first: it did not wait for the others',
      actual: (lines) => [...lines('producer', ' sent'), ...finished(lines)],
      expected: [...breakfast, '2 tea', '0 flaky coffee', '1 fail toast'],
    },
    {
      says: 'the coffee failed once, was tried again, and was done',
      actual: (lines) => attempts(lines, '0 flaky coffee'),
      expected: ['failed (attempt 1); retry in 500 ms', 'done (attempt 2)'],
    },
    {
      says: 'the toast failed three times, and was then parked, not lost',
      actual: (lines) => attempts(lines, '1 fail toast'),
      expected: [
        'failed (attempt 1); retry in 500 ms',
        'failed (attempt 2); retry in 1000 ms',
        'failed (attempt 3); parked in "retries.parked"',
      ],
    },
  ],
}
