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
      // Either may be first: the queue keeps messages until a consumer takes them.
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
