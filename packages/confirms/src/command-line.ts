// The command lines of this lesson: what `--help` prints, and the options that `args` has.
import { defineCommand, stopAfter } from '@messaging-patterns/shared/cli'

const type = {
  choices: ['quorum', 'classic'],
  default: 'quorum',
  describe: 'The type of the queue; the meaning of a confirm depends on it',
} as const

export const runProducer = defineCommand({
  name: 'confirms producer',
  describe:
    'Publishes a series of messages with three strategies, one after the other, and prints how fast each one was: one by one, in batches, and with a window of unconfirmed messages.',
  options: {
    count: {
      type: 'number',
      whole: true,
      default: 50_000,
      describe: 'How many messages for each strategy',
    },
    batch: { type: 'number', whole: true, default: 100, describe: 'How many messages per batch' },
    window: {
      type: 'number',
      whole: true,
      default: 256,
      describe: 'How many messages may be unconfirmed at once',
    },
    type,
  },
  examples: [
    ['', 'the race: three times 50,000 messages'],
    ['--count 2000', 'a short race'],
    ['--type classic', 'a race with a queue on a single node'],
  ],
})

export const runConsumer = defineCommand({
  name: 'confirms consumer',
  describe: 'Takes the messages of a race out of their queue, and prints how many there were.',
  options: { count: stopAfter('messages'), type },
  examples: [
    ['', 'count until Ctrl-C'],
    ['--count 150000', 'count what one race has published, then stop'],
  ],
})

export const runUnroutable = defineCommand({
  name: 'confirms unroutable',
  describe:
    'Publishes a message that no queue takes, once without and once with the flag "mandatory", and prints how the broker answers.',
  examples: [['', 'see what happens to an unroutable message']],
})

export const runFullQueue = defineCommand({
  name: 'confirms full-queue',
  describe: 'Sends six messages to a queue that holds three, and prints what is left in it.',
  options: {
    overflow: {
      choices: ['reject-publish', 'drop-head'],
      default: 'reject-publish',
      describe: "What the queue does when it is full; RabbitMQ's default is drop-head",
    },
  },
  examples: [
    ['', 'the queue refuses what it has no room for'],
    ['--overflow drop-head', 'the queue confirms every message, and drops the oldest'],
  ],
})
