// A worker for the tests: its task is acknowledged before the work, and ends the process at once.
import { Session } from '@messaging-patterns/shared'

import { Tasks } from '../src/index.ts'

const tasks = new Tasks()
tasks.define('ts.die', () => process.kill(process.pid, 'SIGKILL'), { acknowledge: 'before' })

await using session = await Session.open({ url: process.env['AMQP_URL'] })
await using connected = await tasks.connect(session)
await using worker = await connected.startWorker()
process.stdout.write('started\n')
await worker.finished()
