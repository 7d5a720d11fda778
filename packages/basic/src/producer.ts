// Lesson 1, the sending side: put messages into a queue.
import { countOption, runCommand, series } from '@messaging-patterns/shared/cli'

await runCommand({
  name: 'basic producer',
  describe:
    'Sends messages to the queue "hello": a numbered series, or the words you give as one message.',
  words: '[words..]',
  options: {
    words: {
      type: 'string',
      array: true,
      default: [],
      describe: 'The message, instead of a series',
    },
    count: { ...countOption, describe: 'How many messages  [5, or 1 with words]' },
  },
  examples: [
    ['', 'five messages, numbered'],
    ['Hello World!', 'one message: these words'],
    ['--count 1000', 'a thousand messages'],
  ],

  async run({ args, session, signal, print }) {
    // Whoever comes first declares the queue; declaring it again changes nothing.
    const queue = await session.queue('hello')

    const { words, count = words.length > 0 ? 1 : 5 } = args
    const texts =
      words.length > 0
        ? Array.from({ length: count }, () => words.join(' '))
        : series('Basic - Hello World', count)

    for (const text of texts) {
      if (signal.aborted) break
      // Comes back when the broker has confirmed that the message is safe with it.
      await queue.send(text)
      print(`${text} sent`, { event: 'sent', queue: queue.name, body: text })
    }
  },
})
