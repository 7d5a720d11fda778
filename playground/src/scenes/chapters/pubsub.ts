import type { Scene } from '../stage/scene.ts'

const listener = {
  program: 'pubsub/consumer',
  argv: [],
  ready: 'waiting for messages',
} as const

/** Each consumer has a queue of its own, and gets a copy of what is published while it listens. */
export const pubsub: Scene = {
  id: 'pubsub',
  chapter: 3,
  title: 'A copy for every consumer',
  caption:
    'Each listener has a queue of its own, and gets a copy of each message. A listener that starts late gets only what is published after that. Without any listener, messages are dropped.',
  programs: [
    { id: 'listener-1', name: 'listener 1', ...listener, starts: 'at once' },
    { id: 'listener-2', name: 'listener 2', ...listener, starts: 'at once' },
    { id: 'listener-3', name: 'listener 3', ...listener, starts: 'by a button' },
    {
      id: 'producer',
      name: 'producer',
      program: 'pubsub/producer',
      argv: ['Hello', 'World!'],
      starts: 'by a button',
    },
  ],
  buttons: [
    { id: 'publish', label: 'Publish a message', actions: [{ type: 'run', program: 'producer' }] },
    {
      id: 'join',
      label: 'Start listener 3',
      actions: [{ type: 'run', program: 'listener-3' }],
    },
    {
      id: 'stop',
      label: 'Stop all listeners',
      actions: [
        { type: 'interrupt', program: 'listener-1' },
        { type: 'interrupt', program: 'listener-2' },
        { type: 'interrupt', program: 'listener-3' },
      ],
    },
  ],
  script: [
    { press: 'publish' },
    { program: 'listener-1', prints: 'received' },
    { program: 'listener-2', prints: 'received' },
    { press: 'join' },
    { press: 'publish' },
    { program: 'listener-1', prints: 'received', times: 2 },
    { program: 'listener-2', prints: 'received', times: 2 },
    { program: 'listener-3', prints: 'received' },
    { press: 'stop' },
    { press: 'publish' },
    { program: 'producer', prints: 'sent', times: 3 },
  ],
  expected: { queues: {}, deliveries: { 'listener-1': 2, 'listener-2': 2, 'listener-3': 1 } },
}
