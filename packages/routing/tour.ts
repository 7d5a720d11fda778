// What `pnpm start` runs of this lesson, and what its output has to show.
import type { LessonTour } from '@messaging-patterns/shared/cli'

import { logs } from './src/topology.ts'

export const tour: LessonTour = {
  order: 4,
  shows: 'Each message has a severity, and each consumer gets the severities that it asked for.',
  declares: { exchanges: { [logs.name]: { kind: logs.kind, ...logs.options } } },
  steps: [
    [
      { name: 'errors', command: ['consumer', 'error'], ready: /^waiting for/ },
      { name: 'all three', command: ['consumer', 'info', 'warning', 'error'], ready: /^waiting/ },
    ],
    [
      { name: 'producer', command: ['producer', 'warning', 'Mind the step'] },
      { name: 'producer', command: ['producer', 'debug', 'Anybody?'], exitCode: 1 },
    ],
    // This one goes to both consumers, after any message that was routed wrongly.
    [{ name: 'producer', command: ['producer', 'error', 'Disk full'] }],
  ],
  claims: [
    {
      says: 'the consumer that asked for error got the error, and nothing else',
      actual: (lines) => lines('errors', ' received'),
      expected: ['error: Disk full'],
    },
    {
      says: 'the consumer that asked for three severities got both messages that have one of them',
      actual: (lines) => lines('all three', ' received'),
      expected: ['warning: Mind the step', 'error: Disk full'],
    },
    {
      says: 'no consumer asked for debug: the producer got an error, and no consumer got the message',
      actual: (lines) =>
        ['producer', 'errors', 'all three']
          .flatMap((program) => lines(program))
          .filter((line) => line.includes('debug'))
          .map((line) => line.replace(/^error: .*"debug".*/, 'an error')),
      expected: ['an error'],
    },
  ],
}
