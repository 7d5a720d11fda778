// What `pnpm start` runs of this lesson, and what its output has to show.
import type { LessonTour } from '@messaging-patterns/shared/cli'

import { logs } from './src/topology.ts'

export const tour: LessonTour = {
  order: 10,
  shows: 'Consumers choose messages by headers instead of a routing key: all of them, or any.',
  declares: { exchanges: { [logs.name]: { kind: logs.kind, ...logs.options } } },
  steps: [
    [
      {
        name: 'all of two',
        command: ['consumer', 'type=report', 'format=pdf'],
        ready: /^waiting for/,
      },
      {
        name: 'any of two',
        command: ['consumer', 'type=report', 'format=pdf', '--match', 'any'],
        ready: /^waiting for/,
      },
    ],
    [
      { name: 'producer', command: ['producer', 'type=report', 'format=html', '--', 'June'] },
      { name: 'producer', command: ['producer', 'type=letter', '--', 'Dear John'] },
    ],
    // This one goes to both consumers, after any message that was routed wrongly.
    [{ name: 'producer', command: ['producer', 'type=report', 'format=pdf', '--', 'May'] }],
  ],
  claims: [
    {
      says: 'the consumer that asked for all of two headers got only the message that has both',
      actual: (lines) => lines('all of two', ' received'),
      expected: ['[format=pdf type=report] May'],
    },
    {
      says: 'the consumer that asked for any of the two got that message, and the one that has one of them',
      actual: (lines) => lines('any of two', ' received'),
      expected: ['[format=html type=report] June', '[format=pdf type=report] May'],
    },
    {
      says: 'the letter was sent, but no consumer had asked for it',
      actual: (lines) =>
        ['producer', 'all of two', 'any of two']
          .flatMap((program) => lines(program))
          .filter((line) => line.includes('type=letter')),
      expected: ['[type=letter] Dear John sent'],
    },
  ],
}
