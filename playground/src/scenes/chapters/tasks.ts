import type { Scene } from '../stage/scene.ts'

/** A program calls a function of another one by its name, and gets the result. */
export const tasks: Scene = {
  id: 'tasks',
  chapter: 12,
  title: 'A call waits in a queue, and its result comes back',
  caption:
    'A call is a message in the queue `celery`, and its result is a message back to the client. A worker retries a task that fails, and reports a failure for a task that it does not know.',
  programs: [
    {
      id: 'worker',
      name: 'worker',
      program: 'tasks/worker',
      argv: ['--name', 'worker@page'],
      ready: 'waiting for tasks',
      starts: 'at once',
    },
    {
      id: 'client',
      name: 'client',
      program: 'tasks/call',
      argv: ['tasks.add', '2', '3'],
      starts: 'by a button',
    },
  ],
  buttons: [
    { id: 'add', label: 'Call tasks.add 2 3', actions: [{ type: 'run', program: 'client' }] },
    {
      id: 'bake',
      label: 'Call tasks.bake, which fails once',
      actions: [{ type: 'run', program: 'client', argv: ['tasks.bake', 'sponge'] }],
    },
    {
      id: 'knead',
      label: 'Call a task that no worker knows',
      actions: [{ type: 'run', program: 'client', argv: ['tasks.knead'] }],
    },
  ],
  script: [
    { press: 'add' },
    { program: 'client', prints: 'tasks.add SUCCESS: 5' },
    { press: 'bake' },
    { program: 'client', prints: 'tasks.bake SUCCESS' },
    { press: 'knead' },
    { program: 'client', prints: 'tasks.knead FAILURE' },
  ],
  expected: {
    queues: { celery: { ready: 0, unacked: 0 } },
    deliveries: { worker: 4, client: 4 },
  },
}
