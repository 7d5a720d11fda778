import type { LessonTour } from '@messaging-patterns/shared/cli'

export const tour: LessonTour = {
  order: 1,
  shows: 'A lesson that keeps its promise.',
  declares: {},
  steps: [[{ name: 'speaker', command: ['say', 'one', 'two'] }]],
  claims: [
    {
      says: 'the speaker says one and two',
      actual: (lines) => lines('speaker'),
      expected: ['one', 'two'],
    },
  ],
}
