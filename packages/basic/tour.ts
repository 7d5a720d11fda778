import type { LessonTour } from '@messaging-patterns/shared'

export const tour: LessonTour = {
  order: 1,
  shows: 'One producer, one queue, one consumer: what goes in comes out, in the same order.',
  declares: { queues: { hello: {} } },
  steps: [
    [
      { name: 'consumer', command: ['consumer'], ready: /^waiting for messages/ },
      // Nobody has to be first: the queue keeps what nobody takes yet.
      { name: 'producer', command: ['producer'] },
    ],
  ],
  claims: [
    {
      says: 'the consumer received all five messages, in the order in which they were sent',
      found: (look) => look('consumer', ' received'),
      wanted: (look) => look('producer', ' sent'),
      count: 5,
    },
  ],
}
