// The command lines of this lesson: what `--help` prints, and the options that `args` has.
import { defineCommand, stopAfter } from '@messaging-patterns/shared/cli'

export const runProducer = defineCommand({
  name: 'topics producer',
  describe:
    'Publishes messages with one routing key to the exchange "topic_logs": a numbered series, or your own words.',
  positionals: '[key]',
  options: {
    key: {
      type: 'string',
      default: 'anonymous.info',
      describe: 'The routing key: words separated by dots, such as kern.critical',
    },
  },
  series: 5,
  examples: [
    ['kern.critical', 'five numbered messages with this key'],
    ['kern.critical A critical kernel error', 'one message with this key and these words'],
  ],
})

export const runConsumer = defineCommand({
  name: 'topics consumer',
  describe:
    'Prints the messages from the exchange "topic_logs" whose routing key matches one of the patterns.',
  positionals: '<patterns..>',
  options: {
    patterns: {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Binding keys: "*" stands for one word, "#" for any number of words, or none',
    },
    count: stopAfter('messages'),
  },
  // Quoted, because a shell expands "*" to file names and takes "#" for the start of a comment.
  examples: [
    ['"kern.*" "*.critical"', 'everything from the kernel, and everything critical'],
    ['"#"', 'everything, as from a fanout'],
    ['kern.critical', 'this key only, as from a direct exchange'],
  ],
})
