// Lesson 8, the race: the same messages in three ways, each of which loses none.
import { countOption, runCommand, series } from '@messaging-patterns/shared/cli'

import { meaning, raceQueue, typeOption } from './queue.ts'
import { inAWindow, inBatches, oneByOne, type Way } from './ways.ts'

await runCommand({
  name: 'confirms producer',
  describe:
    'Publishes a series of messages in three ways, one after the other, and says how fast each way was: one by one, in batches, and with a window of messages in flight.',
  options: {
    count: { ...countOption, default: 50_000, describe: 'How many messages in each way' },
    batch: { type: 'number', default: 100, describe: 'How many messages are a batch' },
    window: { type: 'number', default: 256, describe: 'How many messages are in flight' },
    type: typeOption,
  },
  examples: [
    ['', 'the race: three times 50,000 messages'],
    ['--count 2000', 'a short one'],
    ['--type classic', 'with a queue on one node alone'],
  ],

  async run({ args, session, signal, print, status, progress }) {
    const { count, batch, window, type } = args
    const queue = await raceQueue(session, type)
    status(`queue "${queue.name}"; confirmed means: ${meaning[type]}`)

    const race = async (name: string, publish: Way): Promise<void> => {
      if (signal.aborted) return
      function* texts(): Generator<string, void, undefined> {
        for (const text of series(`Confirms - ${name}`, count)) {
          // No next message after Ctrl-C; those that are under way are confirmed all the same.
          if (signal.aborted) return
          yield text
        }
      }
      let messages = 0
      const begin = performance.now()
      await publish(texts(), async (text) => {
        await queue.send(text)
        messages += 1
        progress(name, messages / count)
      })
      const seconds = (performance.now() - begin) / 1000
      const rate = Math.round(messages / seconds)
      const facts = { event: 'published', queue: queue.name, way: name, messages, seconds, rate }
      print(`Published ${messages} messages ${name} in ${seconds.toFixed(1)}s (${rate}/s)`, facts)
    }

    await race('one by one', oneByOne)
    await race(`in batches of ${batch}`, (texts, send) => inBatches(texts, send, batch))
    await race(`with ${window} in flight`, (texts, send) => inAWindow(texts, send, window))
  },
})
