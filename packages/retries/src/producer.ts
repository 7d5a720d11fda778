// Lesson 9, the sending side: messages of which some cannot be handled at once, and some never.
import { randomUUID } from 'node:crypto'

import { countOption, runCommand } from '@messaging-patterns/shared/cli'

import { versionFor, ways, workQueue } from './topology.ts'

const menu = ['flaky coffee', 'fail toast', 'tea', 'cake', 'pie']

await runCommand({
  name: 'retries producer',
  describe:
    'Sends messages to the queue "retries": a breakfast, or the words you give as one message. The words "fail", "flaky" and "crash" do what they say.',
  words: '[words..]',
  options: {
    words: {
      type: 'string',
      array: true,
      default: [],
      describe: 'The message, instead of a breakfast',
    },
    count: { ...countOption, describe: 'How many messages  [5, or 1 with words]' },
    way: { choices: ways, default: 'queue', describe: 'For the consumer of the same --way' },
    twice: {
      type: 'boolean',
      default: false,
      describe: 'Send each twice, as after a lost confirm',
    },
    broken: { type: 'boolean', default: false, describe: 'Say that it is JSON, which it is not' },
  },
  examples: [
    ['', 'five messages: one fails once, and one always'],
    ['fail', 'one that always fails'],
    ['--broken half a body', 'one that nobody can read'],
  ],
  minimumVersion: ({ way }) => versionFor(way),

  async run({ args, session, signal, print }) {
    const queue = await workQueue(session, args.way)

    const { words, count = words.length > 0 ? 1 : 5 } = args
    const texts = Array.from({ length: count }, (_, i) =>
      words.length > 0 ? words.join(' ') : `${i} ${menu[i % menu.length]}`,
    )

    for (const text of texts) {
      if (signal.aborted) break
      // The id is what a duplicate has in common with its original. shared would give one itself,
      // and send again with the same id when it does not know whether the first has arrived.
      const messageId = randomUUID()
      for (const again of args.twice ? [false, true] : [false]) {
        await queue.send(text, {
          messageId,
          ...(args.broken && { contentType: 'application/json' }),
        })
        print(`${text} sent${again ? ' again' : ''}`, { event: 'sent', messageId, body: text })
      }
    }
  },
})
