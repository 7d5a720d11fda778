// The office: finds the route for the van, and shows receipts.
import { Session } from '@messaging-patterns/shared'
import { Tasks } from '@messaging-patterns/tasks'

import { shortestRoute } from '../routes.ts'
import { show } from '../world.ts'

const tasks = new Tasks()

tasks.define('office.route', (van: string) => shortestRoute(van))
tasks.define('office.receipt', (order: string) => show(order))

await using session = await Session.open()
await using connected = await tasks.connect(session)
await using worker = await connected.startWorker({ concurrency: 10 })
await worker.finished()
