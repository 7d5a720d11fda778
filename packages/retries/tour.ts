import type { QueueOptions } from '@messaging-patterns/shared'
import type { LessonTour } from '@messaging-patterns/shared/cli'

/** What the work queues have in common: what the broker gives up ends in the parking queue too. */
const deadLetters = {
  'x-dead-letter-exchange': '',
  'x-dead-letter-routing-key': 'retries.parked',
  'x-dead-letter-strategy': 'at-least-once',
  'x-overflow': 'reject-publish',
}

const delayedRetry = {
  'x-delayed-retry-type': 'failed',
  'x-delayed-retry-min': 1000,
  'x-delayed-retry-max': 10_000,
  'x-delivery-limit': 2,
}

/** The queue in which messages wait; it goes by itself when nobody has used it for a while. */
function delayQueue(delay: number): readonly [name: string, options: QueueOptions] {
  const waits = { 'x-message-ttl': delay, 'x-expires': delay + 600_000 }
  const back = { ...deadLetters, 'x-dead-letter-routing-key': 'retries' }
  return [`retries.retry.${delay}`, { arguments: { ...waits, ...back } }]
}

export const tour: LessonTour = {
  order: 9,
  shows: 'What fails is tried again later, a few times, and then put aside; the rest goes on.',
  declares: {
    queues: {
      retries: { arguments: deadLetters },
      'retries.broker': { arguments: { ...deadLetters, ...delayedRetry } },
      'retries.parked': { arguments: { 'x-delivery-limit': 1_000_000_000 } },
      ...Object.fromEntries([100, 200, 1000, 2000].map(delayQueue)),
      'retries.experiment': {
        arguments: {
          'x-delivery-limit': 3,
          'x-dead-letter-exchange': '',
          'x-dead-letter-routing-key': 'retries.experiment.dead',
        },
      },
      'retries.experiment.dead': {},
    },
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
      says: 'the coffee failed, was tried again, and was done',
      found: (look) => look('consumer').flatMap((line) => /^flaky coffee [^:]*/.exec(line) ?? []),
      wanted: ['flaky coffee failed (attempt 1)', 'flaky coffee done (attempt 2)'],
    },
    {
      says: 'the toast failed three times, and was parked then, not lost',
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
