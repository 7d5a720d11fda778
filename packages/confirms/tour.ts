// What `pnpm start` runs of this lesson, and what its output has to show.
import type { LessonTour } from '@messaging-patterns/shared/cli'

import { queues } from './src/topology.ts'

export const tour: LessonTour = {
  order: 7,
  shows: 'How the broker answers each message: confirmed, returned or refused.',
  declares: {
    queues: Object.fromEntries(Object.values(queues).map(({ name, options }) => [name, options])),
  },
  steps: [
    [{ name: 'consumer', command: ['consumer', '--count', '600'], ready: /^counting/ }],
    [{ name: 'producer', command: ['producer', '--count', '200'] }],
    [{ name: 'producer', command: ['unroutable'] }],
    [{ name: 'producer', command: ['full-queue'] }],
  ],
  claims: [
    {
      says: 'all 600 messages were confirmed, with three strategies, and all of them arrived',
      actual: (lines) => [
        ...lines('producer').flatMap(
          (line) => /^Published 200 .*(?= in [\d.]+s )/.exec(line) ?? [],
        ),
        ...lines('consumer').filter((line) => line.startsWith('messages received: ')),
      ],
      expected: [
        'Published 200 messages one by one',
        'Published 200 messages in batches of 100',
        'Published 200 messages with 256 in flight',
        'messages received: 600, duplicates: 0',
      ],
    },
    {
      says: 'a mandatory message that reaches no queue is returned',
      actual: (lines) =>
        lines('producer').filter((line) => line.endsWith('returned by the broker')),
      expected: ['mandatory: returned by the broker'],
    },
    {
      says: 'a queue with a limit of three messages accepted three, and refused two',
      actual: (lines) =>
        lines('producer').filter((line) => /^message [1-5] (confirmed|nacked)$/.test(line)),
      expected: [
        'message 1 confirmed',
        'message 2 confirmed',
        'message 3 confirmed',
        'message 4 nacked',
        'message 5 nacked',
      ],
    },
  ],
}
