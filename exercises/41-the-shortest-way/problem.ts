// The office: finds the way for the van, and shows receipts.
import { Session } from '@messaging-patterns/shared'
import { Tasks } from '@messaging-patterns/tasks'

import { shortestWay } from '../routes.ts'
import { show } from '../world.ts'

const tasks = new Tasks()

tasks.define('office.way', (van: string) => shortestWay(van))
tasks.define('office.receipt', (order: string) => show(order))

await using session = await Session.open()
await using connected = await tasks.connect(session)
await using worker = await connected.startWorker({ concurrency: 10 })
await worker.finished()
