// What `pnpm start` runs of this lesson, and what its output has to show.
import type { LessonTour, TourProgram } from '@messaging-patterns/shared/cli'

import { logs } from './src/topology.ts'

/** Which of the keys below each pattern matches. */
const table: Readonly<Record<string, readonly string[]>> = {
  'kern.*': ['kern.info', 'kern.critical'],
  '*.critical': ['cron.critical', 'kern.critical'],
  '#': ['kern.info', 'cron.critical', 'cron', 'kern.critical'],
}

function send(key: string): TourProgram {
  return { name: 'producer', command: ['producer', key, 'Hi'] }
}

export const tour: LessonTour = {
  order: 5,
  shows: 'Keys of several words, and patterns: * stands for one word, # for any number of words.',
  declares: { exchanges: { [logs.name]: { kind: logs.kind, ...logs.options } } },
  steps: [
    Object.keys(table).map((pattern) => ({
      name: pattern,
      command: ['consumer', pattern],
      ready: /^waiting for/,
    })),
    [send('kern.info'), send('cron.critical'), send('cron')],
    // This one goes to all consumers, after any message that was routed wrongly.
    [send('kern.critical')],
  ],
  claims: Object.entries(table).map(([pattern, keys]) => ({
    says: `${pattern} matched ${keys.join(', ')}${keys.length === 4 ? ': everything' : ''}`,
    actual: (lines) => lines(pattern, ': Hi received').toSorted(),
    expected: keys.toSorted(),
  })),
}
