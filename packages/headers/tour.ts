import type { LessonTour } from '@messaging-patterns/shared/cli'

import { logs } from './src/topology.ts'

export const tour: LessonTour = {
  order: 10,
  shows: 'No routing key: consumers choose messages by all of some headers, or by any of them.',
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
      says: 'the consumer that asked for all of two headers got the one message that has both',
      found: (look) => look('all of two', ' received'),
      wanted: ['[format=pdf type=report] May'],
    },
    {
      says: 'the consumer that asked for any of them got that message, and the one with one of the two',
      found: (look) => look('any of two', ' received'),
      wanted: ['[format=html type=report] June', '[format=pdf type=report] May'],
    },
    {
      says: 'the letter was sent, but no consumer had asked for it',
      found: (look) =>
        ['producer', 'all of two', 'any of two']
          .flatMap((program) => look(program))
          .filter((line) => line.includes('type=letter')),
      wanted: ['[type=letter] Dear John sent'],
    },
  ],
}
