// Lesson 7, the receiving side: ask by headers, for all of some or for any of them.
import { countOption, runCommand } from '@messaging-patterns/shared/cli'

import { parseHeaders, showHeaders } from './headers.ts'

await runCommand({
  name: 'headers consumer',
  describe: 'Prints the messages from the exchange "headers_logs" whose headers match.',
  words: '[headers..]',
  options: {
    headers: {
      array: true,
      default: [],
      coerce: parseHeaders,
      describe: 'What to match: format=pdf, pages:=5, or format for any format at all',
    },
    match: {
      choices: ['all', 'any', 'all-with-x', 'any-with-x'],
      default: 'all',
      describe: 'How many must match; without -with-x those that begin with x- are passed over',
    },
    count: { ...countOption, describe: 'Stop after this many messages  [never]' },
  },
  examples: [
    ['type=report format=pdf', 'what has both headers'],
    ['type=report format=pdf --match any', 'what has one of them, or both'],
    ['format', 'what has a format, whatever it is'],
    ['', 'everything: there is nothing that must match'],
  ],

  async run({ args, session, signal, print, status }) {
    const exchange = await session.exchange('headers_logs', 'headers')

    // The binding is a table too, with "x-match" beside the headers that it asks for.
    const binding = { 'x-match': args.match, ...args.headers }
    const queue = await session.queue()
    await queue.bindHeaders(exchange, binding)

    const deliveries = await queue.consume({ limit: args.count, signal })
    status(`waiting for ${showHeaders(binding)} from "headers_logs"; Ctrl-C stops`)

    for await (const delivery of deliveries) {
      const { headers } = delivery
      const text = delivery.text()
      const facts = { event: 'received', exchange: exchange.name, headers, body: text }
      print(`[${showHeaders(headers)}] ${text} received`, facts)
      delivery.ack()
    }
  },
})
