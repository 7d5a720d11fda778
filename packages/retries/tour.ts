import type { LessonTour, Look, QueueOptions } from '@messaging-patterns/shared'

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

/** What the producer sends, in this order. */
const breakfast = ['0 flaky coffee', '1 fail toast', '2 tea']

/** What happened to a message, attempt by attempt: "failed (attempt 1); again in 500 ms". */
function attempts(look: Look, text: string): readonly string[] {
  return look('consumer')
    .filter((line) => line.startsWith(`${text} `))
    .map((line) => line.slice(text.length + 1).replace(/: Error: [^;]*/, ''))
}

/** The messages in the order in which the consumer finished with them, done or parked. */
function finished(look: Look): readonly string[] {
  return look('consumer')
    .filter((line) => / done \(|; parked in /.test(line))
    .map((line) => line.replace(/ (?:done|failed) .*/, ''))
}

export const tour: LessonTour = {
  order: 9,
  shows: 'What fails is tried again later, a few times, and then put aside; the rest goes on.',
  declares: {
    queues: {
      retries: { arguments: deadLetters },
      'retries.broker': { arguments: { ...deadLetters, ...delayedRetry } },
      'retries.parked': { arguments: { 'x-delivery-limit': 1_000_000_000 } },
      ...Object.fromEntries([500, 1000, 2000].map(delayQueue)),
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
    [{ name: 'consumer', command: ['consumer', '--delay-ms', '500'], ready: /^waiting for/ }],
    // One program, so that the tea is behind the two that fail, and close behind.
    [{ name: 'producer', command: ['producer', '--count', '3'] }],
  ],
  claims: [
    {
      says: 'the tea, sent last, was done first: it did not wait for the others',
      found: (look) => [...look('producer', ' sent'), ...finished(look)],
      wanted: [...breakfast, '2 tea', '0 flaky coffee', '1 fail toast'],
    },
    {
      says: 'the coffee failed, was tried again, and was done',
      found: (look) => attempts(look, '0 flaky coffee'),
      wanted: ['failed (attempt 1); again in 500 ms', 'done (attempt 2)'],
    },
    {
      says: 'the toast failed three times, and was parked then, not lost',
      found: (look) => attempts(look, '1 fail toast'),
      wanted: [
        'failed (attempt 1); again in 500 ms',
        'failed (attempt 2); again in 1000 ms',
        'failed (attempt 3); parked in "retries.parked"',
      ],
    },
  ],
}
