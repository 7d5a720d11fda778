// Lesson 2, the sending side: put tasks into a queue, for whoever has time to do them.
import { countOption, runCommand, series } from '@messaging-patterns/shared/cli'

await runCommand({
  name: 'work-queues producer',
  describe:
    'Sends tasks to the queue "task_queue": a numbered series, or the words you give as one task. Each dot in the text is one second of work.',
  words: '[words..]',
  options: {
    words: { type: 'string', array: true, default: [], describe: 'The task, instead of a series' },
    count: { ...countOption, describe: 'How many tasks  [15, or 1 with words]' },
  },
  examples: [
    ['', 'fifteen tasks of one second each'],
    ['A very hard task...', 'one task of three seconds'],
  ],

  async run({ args, session, signal, print }) {
    // Tasks must outlive the workers and the broker: the queue is durable, a quorum queue too...
    const queue = await session.queue('task_queue')

    const { words, count = words.length > 0 ? 1 : 15 } = args
    const texts =
      words.length > 0
        ? Array.from({ length: count }, () => words.join(' '))
        : // "0 2026-11-20 08:06:22.123 - ..." has one dot, in its time: one second of work.
          series('Work Queues - Hello World', count)

    for (const text of texts) {
      if (signal.aborted) break
      // ... and each message is persistent. That is the default here; plain AMQP has to be told.
      await queue.send(text, { persistent: true })
      print(`${text} sent`, { event: 'sent', queue: queue.name, body: text })
    }
  },
})
