// What `pnpm start` runs of this lesson, and what its output has to show.
import type { LessonTour } from '@messaging-patterns/shared/cli'

import { logs } from './src/topology.ts'

export const tour: LessonTour = {
  order: 3,
  shows: 'An exchange that copies each message to every subscriber.',
  declares: { exchanges: { [logs.name]: { kind: logs.kind, ...logs.options } } },
  steps: [
    [
      { name: 'subscriber 1', command: ['consumer'], ready: /^waiting for messages/ },
      { name: 'subscriber 2', command: ['consumer'], ready: /^waiting for messages/ },
    ],
    [{ name: 'producer', command: ['producer', '--count', '3'] }],
  ],
  claims: ['subscriber 1', 'subscriber 2'].map((subscriber) => ({
    says: `${subscriber} received all three messages`,
    actual: (lines) => lines(subscriber, ' received'),
    expected: (lines) => lines('producer', ' sent'),
    count: 3,
  })),
}
