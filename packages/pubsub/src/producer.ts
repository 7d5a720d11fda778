// Lesson 3, the sending side: publish messages for everybody, without knowing who that is.
import { countOption, runCommand, series } from '@messaging-patterns/shared/cli'

await runCommand({
  name: 'pubsub producer',
  describe:
    'Publishes messages to the exchange "logs": a numbered series, or the words you give as one message.',
  words: '[words..]',
  options: {
    words: {
      type: 'string',
      array: true,
      default: [],
      describe: 'The message, instead of a series',
    },
    count: { ...countOption, describe: 'How many messages  [5, or 1 with words]' },
    mandatory: {
      type: 'boolean',
      default: false,
      describe: 'Fail when nobody listens, instead of losing the message',
    },
  },
  examples: [
    ['', 'five messages, numbered'],
    ['Hello World!', 'one message: these words'],
    ['--mandatory Hello?', 'an error, unless a consumer is there'],
  ],

  async run({ args, session, signal, print }) {
    // A fanout copies each message to every queue that is bound to it at that moment. It keeps
    // nothing itself, so it need not be durable: whoever comes first declares it again.
    const logs = await session.exchange('logs', 'fanout', { durable: false })

    const { words, count = words.length > 0 ? 1 : 5, mandatory } = args
    const texts =
      words.length > 0
        ? Array.from({ length: count }, () => words.join(' '))
        : series('Pub/Sub - Hello World', count)

    for (const text of texts) {
      if (signal.aborted) break
      // The first argument is the routing key, which a fanout does not look at. The broker confirms
      // the message even when no queue takes it; only a mandatory one comes back as an error.
      await logs.publish('', text, { mandatory })
      print(`${text} sent`, { event: 'sent', exchange: logs.name, body: text })
    }
  },
})
