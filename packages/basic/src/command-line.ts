// The command lines of this lesson: what `--help` prints, and the options that `args` has.
import { defineCommand, stopAfter } from '@messaging-patterns/shared/cli'

export const runProducer = defineCommand({
  name: 'basic producer',
  describe: 'Sends messages to the queue "hello": a numbered series, or your own words.',
  series: 5,
  examples: [
    ['', 'five numbered messages'],
    ['Hello World!', 'one message with these words'],
    ['--count 1000', 'a thousand numbered messages'],
  ],
})

export const runConsumer = defineCommand({
  name: 'basic consumer',
  describe: 'Prints the messages of the queue "hello", and waits for more.',
  options: { count: stopAfter('messages') },
  examples: [
    ['', 'print messages until Ctrl-C'],
    ['--count 5', 'print five messages, then stop'],
  ],
})
