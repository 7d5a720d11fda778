// Lesson 5, the sending side: a key of several words, the general ones first.
import { countOption, runCommand, series } from '@messaging-patterns/shared/cli'

await runCommand({
  name: 'topics producer',
  describe:
    'Publishes messages with one key to the exchange "topic_logs": a numbered series, or the words you give as one message.',
  words: '[key] [words..]',
  options: {
    key: {
      type: 'string',
      default: 'anonymous.info',
      describe: 'The routing key: words with dots between them, such as kern.critical',
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
    ['kern.critical', 'five messages with the key kern.critical, numbered'],
    ['kern.critical A critical kernel error', 'one message with this key: these words'],
  ],

  async run({ args, session, signal, print }) {
    // A topic exchange compares the key, word by word, with the pattern of each binding.
    const logs = await session.exchange('topic_logs', 'topic', { durable: false })

    const { key, words, count = words.length > 0 ? 1 : 5 } = args
    const texts =
      words.length > 0
        ? Array.from({ length: count }, () => words.join(' '))
        : series(`Topics - ${key}`, count)

    for (const text of texts) {
      if (signal.aborted) break
      // Here a "*" or "#" would be a plain character: only the consumers' keys are patterns.
      await logs.publish(key, text)
      // A message of the series ends with its key already.
      const line = words.length > 0 ? `${key}: ${text}` : text
      print(`${line} sent`, { event: 'sent', exchange: logs.name, routingKey: key, body: text })
    }
  },
})
