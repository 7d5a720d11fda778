import type { LessonTour, TourProgram } from '@messaging-patterns/shared/cli'

/** What each pattern takes of the keys below. */
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
  shows: 'Keys of several words, and patterns: * is any one word, # is any number of them.',
  declares: { exchanges: { topic_logs: { kind: 'topic', durable: false } } },
  steps: [
    Object.keys(table).map((pattern) => ({
      name: pattern,
      command: ['consumer', pattern],
      ready: /^waiting for/,
    })),
    [send('kern.info'), send('cron.critical'), send('cron')],
    // This one goes to all, behind whatever went to them by mistake.
    [send('kern.critical')],
  ],
  claims: Object.entries(table).map(([pattern, keys]) => ({
    says: `${pattern} took ${keys.join(', ')}${keys.length === 4 ? ': everything' : ''}`,
    found: (look) => look(pattern, ': Hi received').toSorted(),
    wanted: keys.toSorted(),
  })),
}
