// Lesson 11, when to use a queue: three workers share its tasks. A stream gives each of them all.
import { Session, type Queue, type Stream, type Subscription } from '@messaging-patterns/shared'

import { runShare } from './command-line.ts'
import { emptyQueue, emptyStream, share } from './topology.ts'

const workers = 3
const goHome = 'go home'

await runShare(async ({ args, broker, signal, print }) => {
  await using session = await Session.open(broker)
  const tasks = Array.from({ length: args.count }, (_, number) => `task ${number}`)
  // The tasks, and then a message for each worker that sends it home.
  const load = [...tasks, ...Array.from({ length: workers }, () => goHome)]

  const send = async (to: Queue | Stream): Promise<void> => {
    for (const body of load) if (!signal.aborted) await to.send(body)
  }
  const report = (what: string, done: readonly number[]): void => {
    // An experiment that was interrupted has no result.
    if (signal.aborted) return
    const times = done.reduce((sum, count) => sum + count, 0)
    const facts = { event: 'shared', what, tasks: args.count, workers, times }
    print(`${what}: ${args.count} tasks, ${workers} workers, done ${times} times`, facts)
  }

  const queue = await emptyQueue(session, share.queue)
  await send(queue)
  const takers = Array.from({ length: workers }, () => queue.consume({ prefetch: 1, signal }))
  report('queue', await Promise.all((await Promise.all(takers)).map(work)))
  await queue.delete()

  const stream = await emptyStream(session, share.stream)
  await send(stream)
  const readers = Array.from({ length: workers }, () => stream.consume({ from: 'first', signal }))
  report('stream', await Promise.all((await Promise.all(readers)).map(work)))
  await stream.delete()
})

/** Does tasks until it is sent home. Resolves with how many it did. */
async function work(subscription: Subscription): Promise<number> {
  let done = 0
  for await (const task of subscription) {
    task.ack()
    if (task.text() === goHome) break
    done += 1
  }
  return done
}
