// Lesson 7, the sending side: a message says of itself what it is, in as many headers as it likes.
import { countOption, runCommand, series } from '@messaging-patterns/shared/cli'

import { parseValues, showHeaders } from './headers.ts'

await runCommand({
  name: 'headers producer',
  describe:
    'Publishes messages with some headers to the exchange "headers_logs": a numbered series, or the words behind "--" as one message.',
  words: '[headers..] -- [words..]',
  options: {
    headers: {
      array: true,
      default: [],
      coerce: parseValues,
      describe: 'The headers: format=pdf is text, pages:=5 a number, draft:=true a boolean',
    },
    words: {
      type: 'string',
      array: true,
      default: [],
      describe: 'The message, instead of a series',
    },
    count: { ...countOption, describe: 'How many messages  [5, or 1 with words]' },
  },
  examples: [
    ['type=report format=pdf', 'five messages with these two headers, numbered'],
    ['type=report pages:=5 -- Figures of May', 'one message: the words behind --'],
  ],

  async run({ args, session, signal, print }) {
    // A headers exchange looks at no key: it compares the headers with each binding's arguments.
    const exchange = await session.exchange('headers_logs', 'headers')

    const { headers, words, count = words.length > 0 ? 1 : 5 } = args
    const texts =
      words.length > 0
        ? Array.from({ length: count }, () => words.join(' '))
        : series('Headers - Hello World', count)

    for (const text of texts) {
      if (signal.aborted) break
      await exchange.publish('', text, { headers })
      const facts = { event: 'sent', exchange: exchange.name, headers, body: text }
      print(`[${showHeaders(headers)}] ${text} sent`, facts)
    }
  },
})
