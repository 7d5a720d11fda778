import type { LessonTour } from '@messaging-patterns/shared'

export const tour: LessonTour = {
  order: 7,
  shows: 'No key at all: a message is chosen by its headers, by all that are asked for or by any.',
  declares: { exchanges: { headers_logs: { kind: 'headers' } } },
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
    // This one goes to both, behind whatever went to them by mistake.
    [{ name: 'producer', command: ['producer', 'type=report', 'format=pdf', '--', 'May'] }],
  ],
  claims: [
    {
      says: 'who asked for all of two headers got the one message that has both',
      found: (look) => look('all of two', ' received'),
      wanted: ['[format=pdf type=report] May'],
    },
    {
      says: 'who asked for any of them got that one, and the one with one of the two',
      found: (look) => look('any of two', ' received'),
      wanted: ['[format=html type=report] June', '[format=pdf type=report] May'],
    },
    {
      says: 'the letter was sent, and nobody got it: it has neither',
      found: (look) =>
        ['producer', 'all of two', 'any of two']
          .flatMap((program) => look(program))
          .filter((line) => line.includes('type=letter')),
      wanted: ['[type=letter] Dear John sent'],
    },
  ],
}
