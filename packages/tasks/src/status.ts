// Lists the workers that answer a ping.
import { Session } from '@messaging-patterns/shared'

import { runStatus } from './command-line.ts'
import { tasks } from './kitchen.ts'

await runStatus(async ({ args, broker, print, status }) => {
  await using session = await Session.open(broker)
  await using connected = await tasks.connect(session)
  const control = await connected.control()
  const workers = Object.keys(await control.ask('ping', {}, { timeout: args.timeout * 1000 }))
  for (const worker of workers.toSorted()) print(`${worker}: OK`, { worker })
  status(`${workers.length} online`)
})
