// The command lines of this lesson: what `--help` prints, and the options that `args` has.
import { defineCommand, stopAfter } from '@messaging-patterns/shared/cli'

export const runProducer = defineCommand({
  name: 'pubsub producer',
  describe: 'Publishes messages to the exchange "logs": a numbered series, or your own words.',
  options: {
    mandatory: {
      type: 'boolean',
      default: false,
      describe: 'Fail when no consumer is listening, instead of losing the message',
    },
  },
  series: 5,
  examples: [
    ['', 'five numbered messages'],
    ['Hello World!', 'one message with these words'],
    ['--mandatory Hello?', 'an error, unless a consumer is listening'],
  ],
})

export const runConsumer = defineCommand({
  name: 'pubsub consumer',
  describe: 'Prints every message that is published to the exchange "logs" while it listens.',
  options: { count: stopAfter('messages') },
  examples: [
    ['', 'print messages until Ctrl-C'],
    ['--count 5', 'print five messages, then stop'],
  ],
})
