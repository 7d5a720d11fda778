// Lesson 7, the race: the same messages with three strategies. None of them loses a message.
import { Session } from '@messaging-patterns/shared'

import { runProducer } from './command-line.ts'
import { inAWindow, inBatches, oneByOne, type Strategy } from './strategies.ts'
import { meaning, queues } from './topology.ts'

await runProducer(async (command) => {
  const { args, broker, signal, messages, print, status, progress } = command
  await using session = await Session.open(broker)
  const { name, options } = queues[args.type]
  const queue = await session.queue(name, options)
  status(`queue "${name}"; confirmed means: ${meaning[args.type]}`)

  const race = async (strategy: string, publish: Strategy): Promise<void> => {
    if (signal.aborted) return
    let confirmed = 0
    const start = performance.now()
    await publish(messages(`Confirms - ${strategy}`), async (body) => {
      await queue.send(body)
      confirmed += 1
      progress(strategy, confirmed / args.count)
    })
    const seconds = (performance.now() - start) / 1000
    const rate = Math.round(confirmed / seconds)
    const facts = { event: 'published', queue: name, strategy, messages: confirmed, seconds, rate }
    const time = `${seconds.toFixed(1)}s (${rate}/s)`
    print(`Published ${confirmed} messages ${strategy} in ${time}`, facts)
  }

  const { batch, window } = args
  await race('one by one', oneByOne)
  await race(`in batches of ${batch}`, (bodies, send) => inBatches(bodies, send, batch))
  await race(`with ${window} in flight`, (bodies, send) => inAWindow(bodies, send, window))
})
