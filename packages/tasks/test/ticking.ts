// A scheduler for the tests to kill: it calls a task every half a second, and says so.
import { Session } from '@messaging-patterns/shared'

import { Tasks } from '../src/index.ts'

const tasks = new Tasks()
tasks.schedule('ticking', tasks.remote<() => void>('ts.tick').s(), { every: 500 })

await using session = await Session.open({ url: process.env['AMQP_URL'] })
await using connected = await tasks.connect(session)
await using scheduler = await connected.startScheduler({
  onSend: ({ id }) => process.stdout.write(`${id}\n`),
})
process.stdout.write('started\n')
await scheduler.finished()
