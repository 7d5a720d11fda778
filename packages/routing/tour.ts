import type { LessonTour } from '@messaging-patterns/shared'

export const tour: LessonTour = {
  order: 4,
  shows: 'Each message has a key, and each consumer gets those whose key it asked for.',
  declares: { exchanges: { direct_logs: { kind: 'direct', durable: false } } },
  steps: [
    [
      { name: 'errors', command: ['consumer', 'error'], ready: /^waiting for/ },
      { name: 'all three', command: ['consumer', 'info', 'warning', 'error'], ready: /^waiting/ },
    ],
    [
      { name: 'producer', command: ['producer', 'warning', 'Mind the step'] },
      { name: 'producer', command: ['producer', 'debug', 'Anybody?'] },
    ],
    // This one goes to both, behind whatever went to them by mistake.
    [{ name: 'producer', command: ['producer', 'error', 'Disk full'] }],
  ],
  claims: [
    {
      says: 'who asked for error got the error and was spared the rest',
      found: (look) => look('errors', ' received'),
      wanted: ['error: Disk full'],
    },
    {
      says: 'who asked for three keys got both messages that have one of them',
      found: (look) => look('all three', ' received'),
      wanted: ['warning: Mind the step', 'error: Disk full'],
    },
    {
      says: 'debug was sent, and went nowhere: nobody had asked for it',
      found: (look) =>
        ['producer', 'errors', 'all three']
          .flatMap((program) => look(program))
          .filter((line) => line.startsWith('debug')),
      wanted: ['debug: Anybody? sent'],
    },
  ],
}
