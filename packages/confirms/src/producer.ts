// Lesson 8, the race: the same messages in three ways, each of which loses none.
import { countOption, runCommand, series } from '@messaging-patterns/shared'

import { meaning, raceQueue, typeOption } from './queue.ts'
import { inAWindow, inBatches, oneByOne, type Send } from './ways.ts'

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
    status(`queue "${queue.name}"; a confirm means: ${meaning[type]}`)

    const ways = {
      'one by one': oneByOne,
      [`in batches of ${batch}`]: (texts: Iterable<string>, send: Send) =>
        inBatches(texts, send, batch),
      [`with ${window} in flight`]: (texts: Iterable<string>, send: Send) =>
        inAWindow(texts, send, window),
    }
    for (const [way, publish] of Object.entries(ways)) {
      let confirmed = 0
      function* texts(): Generator<string, void, undefined> {
        // After Ctrl-C there is no next message; those under way are confirmed all the same.
        for (const text of series(`Confirms - ${way}`, count)) if (!signal.aborted) yield text
      }
      const begin = performance.now()
      await publish(texts(), async (text) => {
        await queue.send(text)
        confirmed += 1
        progress(way, confirmed / count)
      })
      const seconds = (performance.now() - begin) / 1000
      const rate = Math.round(confirmed / seconds)
      print(`Published ${confirmed} messages ${way} in ${seconds.toFixed(1)}s (${rate}/s)`, {
        event: 'published',
        queue: queue.name,
        way,
        messages: confirmed,
        seconds,
        rate,
      })
      if (signal.aborted) break
    }
  },
})
