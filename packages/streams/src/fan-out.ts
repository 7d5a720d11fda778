// Lesson 11, when to use a stream: ten readers want every message. Ten queues, or one stream?
import { inFlight, Session, type Queue } from '@messaging-patterns/shared'

import { runFanOut } from './command-line.ts'
import { readAll, seconds } from './readers.ts'
import { emptyQueue, emptyStream, fanOut } from './topology.ts'

const readers = fanOut.queues

await runFanOut(async ({ args, broker, signal, print }) => {
  await using session = await Session.open(broker)
  const { count: limit } = args
  const bodies = Array.from({ length: limit }, (_, number) => `${number} `.padEnd(1000, '.'))
  const publish = async (send: (body: string) => Promise<void>): Promise<void> => {
    for await (const _ of inFlight(bodies, send, { signal }));
  }
  const report = (what: string, facts: Readonly<Record<string, number>>): void => {
    // An experiment that was interrupted has no result.
    if (signal.aborted) return
    const [published, read] = [facts['published']?.toFixed(1), facts['read']?.toFixed(1)]
    const line = `published in ${published}s, ${facts['stored']} stored, read in ${read}s`
    print(`${what}: ${line}, late reader gets ${facts['late']}`, {
      event: 'measured',
      what,
      ...facts,
    })
  }

  const { name, kind, options } = fanOut.exchange
  const exchange = await session.exchange(name, kind, options)
  const queues = await Promise.all(readers.map((queue) => emptyQueue(session, queue)))
  for (const queue of queues) await queue.bind(exchange, '')
  const published = await seconds(() => publish((body) => exchange.publish('', body)))
  const counts = await Promise.all(queues.map((queue) => queue.count()))
  const stored = counts.reduce((sum, { messages }) => sum + messages, 0)
  // Each reader gets a signal of its own, because Node warns of more than ten listeners of one.
  const stopping = (): AbortSignal => AbortSignal.any([signal])
  const take = (queue: Queue) => queue.consume({ prefetch: 100, limit, signal: stopping() })
  const copies = await Promise.all(queues.map(take))
  const read = await seconds(() => readAll(copies))
  // A queue only gets what is published after it was bound.
  const late = await session.queue()
  await late.bind(exchange, '')
  report('10 queues', { published, stored, read, late: (await late.count()).messages })
  for (const queue of [...queues, late]) await queue.delete()
  await exchange.delete()

  const stream = await emptyStream(session, fanOut.stream)
  const appended = await seconds(() => publish((body) => stream.send(body)))
  const consume = () => stream.consume({ from: 'first', limit, signal: stopping() })
  const consumers = await Promise.all(readers.map(consume))
  const readLog = await seconds(() => readAll(consumers))
  const messages = await readAll([await consume()])
  report('1 stream', { published: appended, stored: messages, read: readLog, late: messages })
  await stream.delete()
})
