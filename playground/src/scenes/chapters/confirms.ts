import type { Scene } from '../stage/scene.ts'

/** A confirm says that the broker has dealt with a message; a nack, that it has not. */
export const confirms: Scene = {
  id: 'confirms',
  chapter: 7,
  title: 'What the broker answers to a publisher',
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
      argv: [],
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
    { id: 'consume', label: 'Count them', actions: [{ type: 'run', program: 'consumer' }] },
    {
      id: 'full',
      label: 'Send six to a queue for three',
      actions: [{ type: 'run', program: 'full-queue' }],
    },
    {
      id: 'drop',
      label: 'The same, and let it drop the oldest',
      actions: [{ type: 'run', program: 'full-queue', argv: ['--overflow', 'drop-head'] }],
    },
    {
      id: 'nobody',
      label: 'Publish to nobody',
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
  ],
  expected: {
    queues: { confirms_quorum: { ready: 60, unacked: 0 } },
    // Three that were in each of the full queues.
    deliveries: { 'full-queue': 6 },
  },
}
