import type { Scene } from '../stage/scene.ts'

/** A queue keeps messages while no consumer is there. */
export const basic: Scene = {
  id: 'basic',
  chapter: 1,
  title: 'A queue between two programs',
  caption:
    'A queue keeps messages until a consumer takes them. Stop the consumer, send five messages, and start it again.',
  programs: [
    {
      id: 'consumer',
      name: 'consumer',
      program: 'basic/consumer',
      argv: [],
      ready: 'waiting for messages',
      starts: 'at once',
    },
    {
      id: 'producer',
      name: 'producer',
      program: 'basic/producer',
      argv: [],
      starts: 'by a button',
    },
  ],
  buttons: [
    { id: 'publish', label: 'Send five messages', actions: [{ type: 'run', program: 'producer' }] },
    {
      id: 'stop',
      label: 'Stop the consumer',
      actions: [{ type: 'interrupt', program: 'consumer' }],
    },
    { id: 'start', label: 'Start the consumer', actions: [{ type: 'run', program: 'consumer' }] },
  ],
  script: [
    { press: 'publish' },
    { program: 'consumer', prints: 'received', times: 5 },
    { press: 'stop' },
    { press: 'publish' },
    { program: 'producer', prints: 'sent', times: 10 },
  ],
  expected: { queues: { hello: { ready: 5, unacked: 0 } }, deliveries: { consumer: 5 } },
}
