// The command lines of this lesson: what `--help` prints, and the options that `args` has.
import { defineCommand, stopAfter } from '@messaging-patterns/shared/cli'

import { parseHeaders, parseValues } from './headers.ts'

export const runProducer = defineCommand({
  name: 'headers producer',
  describe:
    'Publishes messages with headers to the exchange "headers_logs": a numbered series, or the words after "--".',
  // Both are lists of words, so a "--" separates them: the headers, and then the message.
  positionals: '[headers..] --',
  options: {
    headers: {
      array: true,
      default: [],
      coerce: parseValues,
      describe: 'The headers: format=pdf is text, pages:=5 a number, draft:=true a boolean',
    },
  },
  series: 5,
  examples: [
    ['type=report format=pdf', 'five numbered messages with these two headers'],
    ['type=report pages:=5 -- Figures for May', 'one message with the words after --'],
  ],
})

export const runConsumer = defineCommand({
  name: 'headers consumer',
  describe: 'Prints the messages from the exchange "headers_logs" whose headers match.',
  positionals: '[headers..]',
  options: {
    headers: {
      array: true,
      default: [],
      coerce: parseHeaders,
      describe: 'The headers to match: format=pdf, pages:=5, or format for any format',
    },
    match: {
      choices: ['all', 'any', 'all-with-x', 'any-with-x'],
      default: 'all',
      describe: 'How many must match; without -with-x, headers that begin with x- are ignored',
    },
    count: stopAfter('messages'),
  },
  examples: [
    ['type=report format=pdf', 'messages with both headers'],
    ['type=report format=pdf --match any', 'messages with at least one of them'],
    ['format', 'messages with a format, whatever it is'],
    ['', 'every message, because nothing has to match'],
  ],
})
