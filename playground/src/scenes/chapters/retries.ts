import type { Scene } from '../stage/scene.ts'

/** Where a failed message waits until it is tried again, and where it ends up. */
export const retries: Scene = {
  id: 'retries',
  chapter: 8,
  title: 'A failed message waits in a delay queue',
  caption:
    'When a message fails, the consumer publishes a copy of it, which has the next number here. The copy waits in `retries.retry.1000` for 1 s, its TTL. Then the broker moves it back to `retries`. After the second failure, a copy waits 2 s in `retries.retry.2000`, and after the third one it is parked in `retries.parked`.',
  programs: [
    {
      id: 'consumer',
      name: 'consumer',
      program: 'retries/consumer',
      argv: [],
      ready: 'waiting for messages',
      starts: 'at once',
    },
    {
      id: 'producer',
      name: 'producer',
      program: 'retries/producer',
      argv: [],
      starts: 'by a button',
    },
    {
      id: 'inspect',
      name: 'person on call',
      program: 'retries/inspect',
      argv: [],
      starts: 'by a button',
    },
  ],
  buttons: [
    {
      id: 'toast',
      label: 'Order toast that always fails',
      actions: [{ type: 'run', program: 'producer', argv: ['fail', 'toast'] }],
    },
    {
      id: 'breakfast',
      label: 'Order breakfast (five dishes)',
      actions: [{ type: 'run', program: 'producer' }],
    },
    {
      id: 'inspect',
      label: 'Look at the parked messages',
      actions: [{ type: 'run', program: 'inspect' }],
    },
  ],
  script: [
    { press: 'breakfast' },
    { program: 'consumer', prints: 'parked in "retries.parked"' },
    { press: 'inspect' },
    { program: 'inspect', prints: '1 parked' },
  ],
  expected: {
    queues: {
      retries: { ready: 0, unacked: 0 },
      'retries.parked': { ready: 1, unacked: 0 },
      'retries.retry.1000': { ready: 0, unacked: 0 },
      'retries.retry.2000': { ready: 0, unacked: 0 },
    },
    // Five dishes, one second attempt of the coffee, and two more attempts of the toast.
    deliveries: { consumer: 8, inspect: 1 },
  },
}
