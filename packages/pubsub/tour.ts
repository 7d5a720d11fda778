import type { LessonTour } from '@messaging-patterns/shared'

export const tour: LessonTour = {
  order: 3,
  shows: 'An exchange that copies each message to everybody who listens.',
  declares: { exchanges: { logs: { kind: 'fanout', durable: false } } },
  steps: [
    [
      { name: 'subscriber 1', command: ['consumer'], ready: /^waiting for messages/ },
      { name: 'subscriber 2', command: ['consumer'], ready: /^waiting for messages/ },
    ],
    [{ name: 'producer', command: ['producer', '--count', '3'] }],
  ],
  claims: ['subscriber 1', 'subscriber 2'].map((subscriber) => ({
    says: `${subscriber} received all three messages`,
    found: (look) => look(subscriber, ' received'),
    wanted: (look) => look('producer', ' sent'),
    count: 3,
  })),
}
