// What `pnpm start` runs of this lesson, and what its output has to show.
import { pnpm } from '@messaging-patterns/shared'
import type { LessonTour } from '@messaging-patterns/shared/cli'

import { clusterQueue } from './src/topology.ts'

export const tour: LessonTour = {
  order: 9,
  shows: 'A queue with a replica on each of three brokers, one of which may fail.',
  notInTour: {
    reason: 'it needs three brokers, which run in Docker',
    instead: `docker compose -f docker-compose.cluster.yml up -d --wait, then ${pnpm} cluster consumer`,
  },
  declares: { queues: { [clusterQueue.name]: clusterQueue.options } },
  steps: [[{ name: 'consumer', command: ['consumer'], ready: /^waiting for messages/ }]],
  claims: [],
}
