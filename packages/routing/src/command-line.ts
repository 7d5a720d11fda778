// The command lines of this lesson: what `--help` prints, and the options that `args` has.
import { defineCommand, stopAfter } from '@messaging-patterns/shared/cli'

export const runProducer = defineCommand({
  name: 'routing producer',
  describe:
    'Publishes messages of one severity to the exchange "direct_logs": a numbered series, or your own words. Fails if no consumer asked for that severity.',
  positionals: '[severity]',
  options: {
    severity: {
      type: 'string',
      default: 'info',
      describe: 'The routing key: info, warning, error or any other word',
    },
  },
  series: 5,
  examples: [
    ['', 'five numbered messages with the severity info'],
    ['error Run. It will explode.', 'one message with the severity error and these words'],
  ],
})

export const runConsumer = defineCommand({
  name: 'routing consumer',
  describe: 'Prints the messages of the given severities from the exchange "direct_logs".',
  positionals: '<severities..>',
  options: {
    severities: {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'One or more: info, warning, error or any other word',
    },
    count: stopAfter('messages'),
  },
  examples: [
    ['error', 'errors only'],
    ['info warning error', 'three severities, in one queue'],
  ],
})
