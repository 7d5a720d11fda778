import type { LessonTour } from '@messaging-patterns/shared/cli'

export const tour: LessonTour = {
  order: 2,
  shows: 'A lesson that does not.',
  declares: {},
  steps: [[{ name: 'speaker', command: ['say', 'one', 'three'] }]],
  claims: [
    {
      says: 'the speaker says one and two',
      actual: (lines) => lines('speaker'),
      expected: ['one', 'two'],
    },
  ],
}
