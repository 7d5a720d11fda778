// The kitchen: accepts orders now, and bakes them a second later.
import { Session } from '@messaging-patterns/shared'
import { Tasks } from '@messaging-patterns/tasks'

import { accept, bake } from '../world.ts'

const tasks = new Tasks()

const bakeOrder = tasks.define('kitchen.bake', (order: string) => bake(order))

tasks.define('kitchen.accept', async (order: string) => {
  await accept(order)
  await bakeOrder.send([order], { countdown: 1000 })
})

await using session = await Session.open()
await using connected = await tasks.connect(session)
await using worker = await connected.startWorker({ concurrency: 2 })
await worker.finished()
