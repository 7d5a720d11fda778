// The command lines of this lesson: what `--help` prints, and the options that `args` has.
import { pnpm } from '@messaging-patterns/shared'
import { defineCommand, stopAfter } from '@messaging-patterns/shared/cli'

export const runProducer = defineCommand({
  name: 'retries producer',
  describe:
    'Sends messages to the queue "retries": a breakfast, or your own words. A message with the word "fail" fails every time, one with "flaky" the first time, and "crash" kills its consumer.',
  options: {
    'delayed-retry': {
      type: 'boolean',
      default: false,
      describe: `Send to the queue of "${pnpm} retries delayed-retry" instead`,
    },
    twice: {
      type: 'boolean',
      default: false,
      describe: 'Send every message twice, as after a lost confirm',
    },
    broken: {
      type: 'boolean',
      default: false,
      describe: 'Say that the body is JSON when it is not',
    },
  },
  series: 5,
  examples: [
    ['', 'five messages: one fails once, and one every time'],
    ['fail', 'one message that fails every time'],
    ['--broken half a body', 'one message that nobody can read'],
  ],
})

export const runConsumer = defineCommand({
  name: 'retries consumer',
  describe:
    'Handles the messages of the queue "retries". If the work on a message fails, it is tried again later, and in the end parked.',
  options: {
    attempts: { type: 'number', whole: true, default: 3, describe: 'Attempts per message' },
    'delay-ms': {
      type: 'number',
      default: 1000,
      describe:
        'Milliseconds before the second attempt; each later delay is twice as long, up to an hour',
    },
    jitter: {
      type: 'number',
      default: 0,
      describe: 'How much of each delay is random, from 0 to 1',
    },
    fixed: { type: 'boolean', default: false, describe: 'The oven is fixed: nothing fails' },
    count: stopAfter('attempts'),
  },
  examples: [
    ['', 'three attempts, 1 and 2 seconds apart; then the message is parked'],
    ['--fixed', 'messages that were parked and sent back succeed now'],
  ],
})

export const runDelayedRetry = defineCommand({
  name: 'retries delayed-retry',
  describe:
    'Handles the messages of the queue "retries.broker". The queue itself delays a failed message, which needs RabbitMQ 4.3.',
  options: { count: stopAfter('attempts') },
  examples: [['', 'three attempts, 1 and 2 seconds apart; then the broker parks the message']],
})

export const runIdempotent = defineCommand({
  name: 'retries idempotent',
  describe:
    'Handles the messages of the queue "retries" like the consumer, but remembers which ones are done, and skips duplicates.',
  positionals: '<file>',
  options: {
    file: {
      type: 'string',
      demandOption: true,
      describe: 'Where to keep the ids of the messages that are done',
    },
    count: stopAfter('attempts'),
  },
  examples: [['done.txt', 'do every message once, even if it arrives twice']],
})

export const runInspect = defineCommand({
  name: 'retries inspect',
  describe: 'Lists the parked messages, each with the reason, the time and all its attempts.',
  options: { count: { type: 'number', whole: true, describe: 'List at most this many  [all]' } },
  examples: [
    ['', 'every parked message'],
    ['--json', 'the same for a program to read'],
  ],
})

export const runReplay = defineCommand({
  name: 'retries replay',
  describe: 'Sends parked messages back to their queues, where all their attempts start over.',
  positionals: '[ids..]',
  options: {
    ids: { type: 'string', array: true, default: [], describe: 'The ids that inspect prints' },
    all: { type: 'boolean', default: false, describe: 'Send back every parked message' },
  },
  examples: [
    ['--all', 'send everything back'],
    ['7b1d2c5e-4f0a-4f7e-9d8e-2f6b8c1a9e3d', 'send one message back'],
  ],
})

export const runRejectOrNack = defineCommand({
  name: 'retries reject-or-nack',
  describe:
    'Requeues a message again and again, in a queue that allows three failures: first with reject, then with nack.',
  examples: [['', 'see after how many deliveries the broker gives up']],
})
