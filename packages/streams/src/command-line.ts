// The command lines of this lesson: what `--help` prints, and the options that `args` has.
import { defineCommand, stopAfter } from '@messaging-patterns/shared/cli'

import { parseStart } from './start.ts'

export const runProducer = defineCommand({
  name: 'streams producer',
  describe: 'Appends messages to the stream "streams": a numbered series, or your own words.',
  series: 5,
  examples: [
    ['', 'five numbered messages'],
    ['The oven is on', 'one message with these words'],
  ],
})

export const runConsumer = defineCommand({
  name: 'streams consumer',
  describe: 'Prints the messages of the stream "streams", starting at any position.',
  options: {
    from: {
      type: 'string',
      default: 'next',
      coerce: parseStart,
      describe:
        'Where to start: first, last, next, an offset such as 17, an age such as 1h, or a time',
    },
    prefetch: {
      type: 'number',
      whole: true,
      default: 100,
      describe: 'Unacknowledged messages at a time',
    },
    'forget-ack': {
      type: 'boolean',
      default: false,
      describe: 'Experiment: never acknowledge a message',
    },
    count: stopAfter('messages'),
  },
  examples: [
    ['', 'new messages only'],
    ['--from first', 'everything, and then new messages'],
    ['--from 1h', 'everything of the last hour'],
    ['--from 2026-11-26T09:30:00Z', 'everything since this time'],
  ],
})

export const runGroup = defineCommand({
  name: 'streams group',
  describe: 'Processes the messages of the stream "streams", and stores in a file how far it got.',
  positionals: '<name>',
  options: {
    name: {
      type: 'string',
      demandOption: true,
      describe: 'The name of the group; its offset is in the file NAME.offset',
    },
    'work-ms': { type: 'number', default: 0, describe: 'Milliseconds of work per message' },
    count: stopAfter('messages'),
  },
  examples: [
    ['billing', 'process every message that this group has not finished'],
    ['reports --work-ms 1000', 'another group, which is slower'],
  ],
})

export const runRetention = defineCommand({
  name: 'streams retention',
  describe:
    'Appends 200 messages to a stream that keeps about 50 kB, and prints which of them are left.',
  examples: [['', 'see what retention removes']],
})

export const runFilter = defineCommand({
  name: 'streams filter',
  describe:
    'Appends messages for ten cities to a stream, reads those for one of them, and prints how many the broker delivered.',
  examples: [['', 'see which messages a filter skips, and which it does not']],
})

export const runFanOut = defineCommand({
  name: 'streams fan-out',
  describe:
    'Sends the same messages to ten readers, through a fanout exchange with ten queues, and through one stream.',
  options: {
    count: { type: 'number', whole: true, default: 1000, describe: 'How many messages' },
  },
  examples: [['', 'compare ten queues with one stream']],
})

export const runShare = defineCommand({
  name: 'streams share',
  describe: 'Gives the same tasks to three workers, in a queue and in a stream.',
  options: { count: { type: 'number', whole: true, default: 30, describe: 'How many tasks' } },
  examples: [['', 'compare who gets which task']],
})

const streamPort = {
  type: 'number',
  whole: true,
  describe: 'Port for the stream protocol  [STREAM_PORT, else 5552]',
} as const

export const runClientProducer = defineCommand({
  name: 'streams client-producer',
  describe:
    'Like the producer, but over the stream protocol. When the connection is lost, no message is lost or stored twice.',
  options: {
    name: {
      type: 'string',
      default: 'clock',
      describe: 'The name by which the broker recognizes messages that it already has',
    },
    'stream-port': streamPort,
  },
  series: 5,
  examples: [['', 'five numbered messages']],
})

export const runClientConsumer = defineCommand({
  name: 'streams client-consumer',
  describe:
    'Prints the messages of the stream "streams" over the stream protocol. The broker stores how far it got.',
  positionals: '<name>',
  options: {
    name: { type: 'string', demandOption: true, describe: 'The name for the stored offset' },
    count: stopAfter('messages'),
    'stream-port': streamPort,
  },
  examples: [['archive', 'everything that was not printed under this name']],
})
