import type { LessonTour } from '@messaging-patterns/shared/cli'

export const tour: LessonTour = {
  order: 3,
  shows: 'A lesson whose program fails.',
  declares: {},
  steps: [[{ name: 'speaker', command: ['say', 'one', 'fail'] }]],
  claims: [
    {
      says: 'the speaker says one and two',
      actual: (lines) => lines('speaker'),
      expected: ['one', 'two'],
    },
  ],
}
