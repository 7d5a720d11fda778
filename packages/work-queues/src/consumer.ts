// Lesson 2, the worker: take a task, do it, and only then say that it is done.
import { setTimeout as pause } from 'node:timers/promises'

import { countOption, runCommand } from '@messaging-patterns/shared/cli'

await runCommand({
  name: 'work-queues consumer',
  describe: 'Does the tasks of the queue "task_queue", one at a time, and waits for more.',
  options: {
    count: { ...countOption, describe: 'Stop after this many tasks  [never]' },
    'work-ms': { type: 'number', default: 1000, describe: 'Milliseconds of work for each dot' },
    prefetch: {
      type: 'number',
      default: 1,
      describe: 'Tasks given ahead of their ack; 0: no limit',
    },
    'forget-ack': { type: 'boolean', describe: 'Experiment: never say that a task is done' },
    'auto-ack': {
      type: 'boolean',
      conflicts: 'forget-ack',
      describe: 'Experiment: tasks count as done when they are sent to a worker',
    },
  },
  examples: [
    ['', 'work until Ctrl-C; start it in several terminals'],
    ['--work-ms 5000', 'work five times as slowly: time to kill a worker in'],
    ['--forget-ack', 'see a forgotten acknowledgement'],
  ],

  async run({ args, session, signal, print, status }) {
    const { prefetch, 'auto-ack': autoAck = false, 'forget-ack': forgetAck = false } = args
    const queue = await session.queue('task_queue')
    // Prefetch 1: no second task before the first is done, so that a busy worker is passed over
    // and the next task goes to a free one.
    const tasks = await queue.consume({ prefetch, autoAck, limit: args.count, signal })
    status(`waiting for tasks in "task_queue"; Ctrl-C stops, kill -9 ${process.pid} kills`)

    for await (const task of tasks) {
      const text = task.text()
      const { redelivered } = task
      const facts = { queue: queue.name, body: text, redelivered }
      // Redelivered: another worker had it and did not finish. Perhaps it did half of the work.
      const again = redelivered ? ' (redelivered)' : ''
      print(`${text} received${again}`, { event: 'received', ...facts })

      // The work. Every dot counts, also the one in a time, as it does in the official lessons.
      const dots = text.split('.').length - 1
      await pause(dots * args['work-ms'])

      print(`${text} done`, { event: 'done', ...facts })
      if (autoAck) continue
      // A worker that dies before its ack loses nothing: the broker gives the task to another.
      if (forgetAck) status('not acknowledged: the broker keeps the task as long as we are here')
      else if (!task.ack()) status('the connection broke: somebody will do this task again')
    }
  },
})
