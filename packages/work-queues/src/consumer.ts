// Lesson 2, the worker: takes a task, does the work, and only then acknowledges the task.
import { Session } from '@messaging-patterns/shared'

import { runConsumer } from './command-line.ts'
import { queueName } from './topology.ts'
import { work } from './work.ts'

await runConsumer(async ({ args, broker, signal, print, status }) => {
  await using session = await Session.open(broker)
  const queue = await session.queue(queueName)

  // Prefetch 1: the broker sends no second task before the first one is acknowledged. So the next
  // task goes to a worker that is free. Prefetch 0: the broker sends every task at once.
  const { prefetch, count: limit, 'auto-ack': autoAck = false } = args
  const tasks = await queue.consume({ prefetch, autoAck, limit, signal })
  status(`waiting for tasks in "${queue.name}"; Ctrl-C to stop, kill -9 ${process.pid} to kill`)

  let dots = 0
  for await (const task of tasks) {
    const facts = { queue: queue.name, body: task.text(), redelivered: task.redelivered }
    // Redelivered: the broker has sent this task before, to a worker that did not acknowledge it.
    const note = task.redelivered ? ' (redelivered)' : ''
    print(`${facts.body} received${note}`, { event: 'received', ...facts })

    dots += await work(facts.body, args['work-ms'])
    print(`${facts.body} done`, { event: 'done', ...facts })
    // The ack comes after the work: if this worker dies before it, another one gets the task.
    if (args['forget-ack']) status('not acknowledged: will be redelivered when this worker exits')
    else if (!autoAck) task.ack()
  }
  status(`dots of work done: ${dots}`)
})
