import type { LessonTour } from '@messaging-patterns/shared/cli'

import { clusterQueue } from './src/topology.ts'

export const tour: LessonTour = {
  order: 9,
  shows: 'A queue with a replica on each of three brokers, one of which may fail.',
  brokers: 3,
  declares: { queues: { [clusterQueue.name]: clusterQueue.options } },
  steps: [[{ name: 'consumer', command: ['consumer'], ready: /^waiting for messages/ }]],
  claims: [],
}
