// Asks workers, in any language, what they are doing: the commands of `celery inspect` and `celery control`.
import { Session } from '@messaging-patterns/shared'

import { runInspect } from './command-line.ts'
import { tasks } from './kitchen.ts'

await runInspect(async ({ args, broker, print, status }) => {
  await using session = await Session.open(broker)
  await using connected = await tasks.connect(session)
  const control = await connected.control()
  const workers = args.worker === undefined ? undefined : [args.worker]
  const answers = await control.ask(args.command, {}, { workers, timeout: args.timeout * 1000 })
  for (const [worker, answer] of Object.entries(answers))
    print(`${worker}: ${JSON.stringify(answer)}`, { worker, answer })
  const count = Object.keys(answers).length
  status(count === 0 ? 'no worker has answered' : `${count} answered`)
})
