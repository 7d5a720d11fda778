import type { Scene } from '../stage/scene.ts'

/** A confirm says that the broker has dealt with a message; a nack, that it has not. */
export const confirms: Scene = {
  id: 'confirms',
  chapter: 7,
  title: 'What the broker answers to a producer',
  caption:
    'A confirm says that the broker is now responsible for a message; a nack says that it is not. A full queue can reject new messages, or drop the oldest one. A message that reaches no queue is dropped, and confirmed as well.',
  programs: [
    {
      id: 'producer',
      name: 'producer',
      program: 'confirms/producer',
      argv: ['--count', '20', '--batch', '5', '--window', '5'],
      starts: 'by a button',
    },
    {
      id: 'consumer',
      name: 'consumer',
      program: 'confirms/consumer',
      // As many as one race publishes: then it stops, and prints what it has counted.
      argv: ['--count', '60'],
      ready: 'counting the messages',
      starts: 'by a button',
    },
    {
      id: 'full-queue',
      name: 'full queue',
      program: 'confirms/full-queue',
      argv: [],
      starts: 'by a button',
    },
    {
      id: 'unroutable',
      name: 'unroutable',
      program: 'confirms/unroutable',
      argv: [],
      starts: 'by a button',
    },
  ],
  buttons: [
    {
      id: 'race',
      label: 'Publish 20 messages with each strategy',
      actions: [{ type: 'run', program: 'producer' }],
    },
    {
      id: 'consume',
      label: 'Count the 60 messages',
      actions: [{ type: 'run', program: 'consumer' }],
    },
    {
      id: 'full',
      label: 'Overfill a queue that rejects new messages',
      actions: [{ type: 'run', program: 'full-queue' }],
    },
    {
      id: 'drop',
      label: 'Overfill a queue that drops the oldest',
      actions: [{ type: 'run', program: 'full-queue', argv: ['--overflow', 'drop-head'] }],
    },
    {
      id: 'nobody',
      label: 'Publish where no queue matches',
      actions: [{ type: 'run', program: 'unroutable' }],
    },
  ],
  script: [
    { press: 'full' },
    { program: 'full-queue', prints: 'message 6 confirmed' },
    { press: 'drop' },
    { program: 'full-queue', prints: 'message 6 confirmed', times: 2 },
    { press: 'nobody' },
    { program: 'unroutable', prints: 'with a queue: confirmed' },
    { press: 'race' },
    { program: 'producer', prints: 'Published 20 messages', times: 3 },
    { press: 'consume' },
    { program: 'consumer', prints: 'messages received: 60, duplicates: 0' },
  ],
  expected: {
    queues: { confirms_quorum: { ready: 0, unacked: 0 } },
    // Three that were in each of the full queues.
    deliveries: { 'full-queue': 6, consumer: 60 },
  },
}
