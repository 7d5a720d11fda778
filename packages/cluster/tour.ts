import type { LessonTour } from '@messaging-patterns/shared/cli'

export const tour: LessonTour = {
  order: 10,
  shows: 'A queue with a copy on each of three brokers, of which one may fail.',
  brokers: 3,
  declares: { queues: { cluster: { type: 'quorum' } } },
  steps: [[{ name: 'consumer', command: ['consumer'], ready: /^waiting for messages/ }]],
  claims: [],
}
