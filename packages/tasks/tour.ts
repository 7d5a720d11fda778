import type { LessonTour } from '@messaging-patterns/shared/cli'

import { exchanges, queues } from './src/topology.ts'

export const tour: LessonTour = {
  order: 12,
  shows: 'Functions that other programs call by name, with results, retries and delays.',
  declares: { queues, exchanges },
  steps: [
    [{ name: 'worker', command: ['worker'], ready: /^waiting for tasks/ }],
    [{ name: 'client', command: ['call', 'tasks.add', '2', '3'] }],
    [{ name: 'client', command: ['call', 'tasks.bake', 'sponge'] }],
    [{ name: 'client', command: ['call', 'tasks.knead'], exitCode: 1 }],
  ],
  claims: [
    {
      says: 'the sum came back to the client',
      actual: (lines) => lines('client').filter((line) => line.startsWith('tasks.add ')),
      expected: ['tasks.add PENDING', 'tasks.add SUCCESS: 5'],
    },
    {
      says: 'the cake failed once, waited in the broker, and was done at the second attempt',
      actual: (lines) => [
        ...lines('worker').filter((line) => line.startsWith('tasks.bake ')),
        ...lines('client').filter((line) => line.startsWith('tasks.bake ')),
      ],
      expected: [
        'tasks.bake received',
        'tasks.bake retried: Error: the oven is busy; retry in 1000 ms',
        'tasks.bake received',
        'tasks.bake succeeded: "one sponge"',
        'tasks.bake PENDING',
        'tasks.bake RETRY: Error: the oven is busy',
        'tasks.bake SUCCESS: "one sponge"',
      ],
    },
    {
      says: 'a task that no worker knows is a failure, and not lost',
      actual: (lines) => lines('client').filter((line) => line.startsWith('tasks.knead ')),
      expected: ['tasks.knead PENDING', 'tasks.knead FAILURE: NotRegistered: tasks.knead'],
    },
  ],
}
