// What `pnpm start` runs of this lesson, and what its output has to show.
import type { LessonTour } from '@messaging-patterns/shared/cli'

import { asQueues, fanOut, log } from './src/topology.ts'

/** The bodies of the messages that a consumer got, without their offsets. */
function bodies(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.replace(/^\d+: /, ''))
}

export const tour: LessonTour = {
  order: 11,
  shows: 'A stream keeps its messages: consumers read it from any position, as often as they like.',
  declares: {
    queues: asQueues,
    exchanges: { [fanOut.exchange.name]: { kind: 'fanout', durable: true } },
  },
  steps: [
    [{ name: 'new messages', command: ['consumer'], ready: /^reading/ }],
    [{ name: 'producer', command: ['producer', '--count', '5'] }],
    // Both read what the first consumer has read and acknowledged already.
    [
      { name: 'history', command: ['consumer', '--from', 'first', '--count', '5'] },
      { name: 'since 3', command: ['consumer', '--from', '3', '--count', '2'] },
    ],
    [{ name: 'history again', command: ['consumer', '--from', 'first', '--count', '5'] }],
    [{ name: 'queue or stream', command: ['share'] }],
  ],
  claims: [
    {
      says: 'a consumer that was waiting got the five messages',
      actual: (lines) => bodies(lines('new messages', ' received')),
      expected: (lines) => lines('producer', ' sent'),
      count: 5,
    },
    {
      says: `"${log.name}" still has them: two later consumers read all five again, in order`,
      actual: (lines) => [
        ...lines('history', ' received'),
        ...bodies(lines('history again', ' received')),
      ],
      expected: (lines) => {
        const sent = lines('producer', ' sent')
        return [...sent.map((body, offset) => `${offset}: ${body}`), ...sent]
      },
      count: 10,
    },
    {
      says: 'a consumer that began at offset 3 got the last two',
      actual: (lines) => bodies(lines('since 3', ' received')),
      expected: (lines) => lines('producer', ' sent').slice(3),
      count: 2,
    },
    {
      says: 'three workers did each task of a queue once, and each task of a stream three times',
      actual: (lines) => lines('queue or stream'),
      expected: [
        'queue: 30 tasks, 3 workers, done 30 times',
        'stream: 30 tasks, 3 workers, done 90 times',
      ],
    },
  ],
}
