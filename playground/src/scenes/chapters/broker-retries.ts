import type { Scene } from '../stage/scene.ts'

/** The broker itself delays a message that was rejected, and gives up in the end. */
export const brokerRetries: Scene = {
  id: 'broker-retries',
  chapter: 8,
  title: 'The queue delays a failed message itself',
  caption:
    'The consumer rejects the toast, and the queue itself delays it: by 1 s after the first failure, and by 2 s after the second. After the third, it goes to `retries.parked`.',
  programs: [
    {
      id: 'consumer',
      name: 'consumer',
      program: 'retries/delayed-retry',
      argv: [],
      ready: 'waiting for messages',
      starts: 'at once',
    },
    {
      id: 'producer',
      name: 'producer',
      program: 'retries/producer',
      argv: ['--delayed-retry', 'fail', 'toast'],
      starts: 'by a button',
    },
  ],
  buttons: [
    {
      id: 'toast',
      label: 'Order toast that always fails',
      actions: [{ type: 'run', program: 'producer' }],
    },
  ],
  script: [{ press: 'toast' }, { program: 'consumer', prints: 'failed', times: 3 }],
  expected: {
    queues: {
      'retries.broker': { ready: 0, unacked: 0 },
      'retries.parked': {
        ready: 1,
        unacked: 0,
        deaths: [[{ queue: 'retries.broker', reason: 'delivery_limit', count: 1 }]],
      },
    },
    deliveries: { consumer: 3 },
  },
}
