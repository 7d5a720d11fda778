// The office: finds the route for the van, and shows receipts.
import { Session } from '@messaging-patterns/shared'
import { inThread, Tasks } from '@messaging-patterns/tasks'

import { show } from '../world.ts'

const tasks = new Tasks()
const routes = new URL('../routes.ts', import.meta.url)

tasks.define('office.route', inThread<(van: string) => string>(routes, 'shortestRoute'))
tasks.define('office.receipt', (order: string) => show(order))

await using session = await Session.open()
await using connected = await tasks.connect(session)
await using worker = await connected.startWorker({ concurrency: 10 })
await worker.finished()
