import type { Scene } from '../stage/scene.ts'

const consumer = { program: 'routing/consumer', ready: 'waiting for "' } as const

/** A queue gets the messages whose routing key is exactly one of its binding keys. */
export const routing: Scene = {
  id: 'routing',
  chapter: 4,
  title: 'Each consumer chooses its severities',
  caption:
    'The exchange copies a message to each queue whose binding key equals its routing key. At first no queue is bound with `debug`, so the broker returns that message: publish it before and after you start the debug consumer.',
  programs: [
    { id: 'errors', name: 'errors', ...consumer, argv: ['error'], starts: 'at once' },
    {
      id: 'everything',
      name: 'everything',
      ...consumer,
      argv: ['info', 'warning', 'error'],
      starts: 'at once',
    },
    { id: 'debug', name: 'debug', ...consumer, argv: ['debug'], starts: 'by a button' },
    {
      id: 'producer',
      name: 'producer',
      program: 'routing/producer',
      argv: [],
      starts: 'by a button',
    },
  ],
  buttons: [
    publish('info', 'All is well'),
    publish('error', 'It will explode'),
    publish('debug', 'x is 42'),
    {
      id: 'bind',
      label: 'Start the debug consumer',
      actions: [{ type: 'run', program: 'debug' }],
    },
  ],
  script: [
    { press: 'info' },
    { press: 'error' },
    { program: 'everything', prints: 'received', times: 2 },
    { program: 'errors', prints: 'received' },
    { press: 'debug' },
    { program: 'producer', prints: 'no queue is bound' },
    { press: 'bind' },
    { press: 'debug' },
    { program: 'debug', prints: 'received' },
  ],
  expected: { queues: {}, deliveries: { errors: 1, everything: 2, debug: 1 } },
}

function publish(severity: string, text: string): Scene['buttons'][number] {
  const action = { type: 'run', program: 'producer', argv: [severity, text] } as const
  return { id: severity, label: `Publish ${severity}`, actions: [action] }
}
