import type { Scene } from '../stage/scene.ts'

const reader = { program: 'streams/consumer', ready: 'reading "streams"' } as const

/** A stream keeps its messages, so a consumer that comes late reads them as well. */
export const streams: Scene = {
  id: 'streams',
  chapter: 11,
  title: 'Reading does not remove anything',
  caption:
    'Reading removes nothing from a stream, so each consumer chooses where it starts: with new messages, with the first one, or at an offset. Offsets count from 0.',
  programs: [
    { id: 'live', name: 'new messages', ...reader, argv: [], starts: 'at once' },
    {
      id: 'producer',
      name: 'producer',
      program: 'streams/producer',
      argv: [],
      starts: 'by a button',
    },
    {
      id: 'history',
      name: 'from the first',
      ...reader,
      argv: ['--from', 'first'],
      starts: 'by a button',
    },
    { id: 'late', name: 'from offset 3', ...reader, argv: ['--from', '3'], starts: 'by a button' },
  ],
  buttons: [
    {
      id: 'publish',
      label: 'Append five messages',
      actions: [{ type: 'run', program: 'producer' }],
    },
    {
      id: 'first',
      label: 'Read from the first message',
      actions: [{ type: 'run', program: 'history' }],
    },
    {
      id: 'three',
      label: 'Read from offset 3',
      actions: [{ type: 'run', program: 'late' }],
    },
  ],
  script: [
    { press: 'publish' },
    { program: 'live', prints: 'received', times: 5 },
    { press: 'first' },
    { program: 'history', prints: 'received', times: 5 },
    { press: 'three' },
    { program: 'late', prints: 'received', times: 2 },
  ],
  expected: {
    queues: { streams: { ready: 5, unacked: 0 } },
    deliveries: { live: 5, history: 5, late: 2 },
  },
}
