// Lesson 4, the sending side: say of each message what it is, and let others choose.
import { countOption, runCommand, series } from '@messaging-patterns/shared/cli'

await runCommand({
  name: 'routing producer',
  describe:
    'Publishes messages of one severity to the exchange "direct_logs": a numbered series, or the words you give as one message.',
  words: '[severity] [words..]',
  options: {
    severity: {
      type: 'string',
      default: 'info',
      describe: 'The routing key: info, warning, error, blue, any word',
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
    ['blue', 'five messages of the severity blue, numbered'],
    ['error Run. It will explode.', 'one message of the severity error: these words'],
  ],

  async run({ args, session, signal, print }) {
    // A direct exchange copies a message to the queues that are bound with exactly its key.
    const logs = await session.exchange('direct_logs', 'direct', { durable: false })

    const { severity, words, count = words.length > 0 ? 1 : 5 } = args
    const texts =
      words.length > 0
        ? Array.from({ length: count }, () => words.join(' '))
        : series(`Routing - ${severity}`, count)

    for (const text of texts) {
      if (signal.aborted) break
      // The key travels beside the message, not in it: the exchange never reads the text.
      await logs.publish(severity, text)
      // A message of the series ends with its severity already.
      const line = words.length > 0 ? `${severity}: ${text}` : text
      const facts = { event: 'sent', exchange: logs.name, routingKey: severity, body: text }
      print(`${line} sent`, facts)
    }
  },
})
