// What `pnpm start` runs of this lesson, and what its output has to show.
import type { LessonTour } from '@messaging-patterns/shared/cli'

import { queueName } from './src/topology.ts'

export const tour: LessonTour = {
  order: 1,
  shows:
    'One producer, one queue, one consumer: messages come out in the order in which they went in.',
  declares: { queues: { [queueName]: {} } },
  steps: [
    [
      { name: 'consumer', command: ['consumer'], ready: /^waiting for messages/ },
      // The consumer could start later, too: until then, the queue keeps the messages.
      { name: 'producer', command: ['producer'] },
    ],
  ],
  claims: [
    {
      says: 'the consumer received all five messages, in the order in which they were sent',
      actual: (lines) => lines('consumer', ' received'),
      expected: (lines) => lines('producer', ' sent'),
      count: 5,
    },
  ],
}
