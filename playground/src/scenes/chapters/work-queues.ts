import type { Scene } from '../stage/scene.ts'

const worker = { program: 'work-queues/consumer', ready: 'waiting for tasks' } as const
const pace = ['--work-ms', '500']

/** Why prefetch 1 is fair, and what becomes of the task of a worker that is killed. */
export const workQueues: Scene = {
  id: 'work-queues',
  chapter: 2,
  title: 'Two workers share a queue',
  caption:
    'The first and third tasks are heavy: each dot in a task is half a second of work, including the one in its time. A worker with prefetch 1 gets its next task only after it has acknowledged the last one, so the worker that is free gets it. With prefetch 0 there is no limit: the broker delivers all tasks at once, in turn, and one worker gets both heavy ones. Restart both workers, and publish again.',
  programs: [
    { id: 'worker-1', name: 'worker 1', ...worker, argv: pace, starts: 'at once' },
    // The first worker that consumes gets the first task.
    {
      id: 'worker-2',
      name: 'worker 2',
      ...worker,
      argv: pace,
      starts: 'at once',
      after: 'worker-1',
    },
    {
      id: 'producer',
      name: 'producer',
      program: 'work-queues/producer',
      argv: ['--mixed', '--count', '4'],
      starts: 'by a button',
    },
  ],
  buttons: [
    {
      id: 'publish',
      label: 'Publish four tasks: heavy, light, heavy, light',
      actions: [{ type: 'run', program: 'producer' }],
    },
    {
      id: 'kill',
      label: 'Kill worker 2',
      actions: [{ type: 'kill', program: 'worker-2' }],
    },
    {
      id: 'start',
      label: 'Start worker 2',
      actions: [{ type: 'run', program: 'worker-2' }],
    },
    {
      id: 'greedy',
      label: 'Restart both with prefetch 0 (no limit)',
      actions: [
        { type: 'interrupt', program: 'worker-1' },
        { type: 'interrupt', program: 'worker-2' },
        { type: 'run', program: 'worker-1', argv: [...pace, '--prefetch', '0'] },
        { type: 'run', program: 'worker-2', argv: [...pace, '--prefetch', '0'] },
      ],
    },
  ],
  // Worker 1 has the first heavy task, so worker 2 gets the light one, and then the second heavy one.
  script: [
    { press: 'publish' },
    { program: 'worker-2', prints: 'received', times: 2 },
    { press: 'kill' },
    { program: 'worker-1', prints: 'done', times: 3 },
    { press: 'start' },
    { press: 'greedy' },
    { press: 'publish' },
    { program: 'worker-1', prints: 'done', times: 5 },
    { program: 'worker-2', prints: 'done', times: 3 },
  ],
  expected: {
    queues: { task_queue: { ready: 0, unacked: 0 } },
    deliveries: { 'worker-1': 5, 'worker-2': 4 },
  },
}
