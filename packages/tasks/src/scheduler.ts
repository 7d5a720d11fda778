// Lesson 12, the scheduler: calls the tasks that kitchen.ts schedules, when they are due.
import { Session } from '@messaging-patterns/shared'

import { runScheduler } from './command-line.ts'
import { tasks } from './kitchen.ts'

await runScheduler(async ({ args, broker, signal, print, status }) => {
  await using session = await Session.open(broker)
  await using connected = await tasks.connect(session)

  const enough = new AbortController()
  let count = 0
  const scheduler = await connected.startScheduler({
    signal: AbortSignal.any([signal, enough.signal]),
    onSend: (call) => {
      print(`${call.schedule}: sent ${call.task}`, { ...call })
      count += 1
      if (count === args.count) enough.abort()
    },
  })
  status('scheduling tasks; press Ctrl-C to stop')
  await scheduler.finished()
})
