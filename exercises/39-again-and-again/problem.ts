// The kitchen: bakes one order at a time.
import { Session } from '@messaging-patterns/shared'
import { Tasks } from '@messaging-patterns/tasks'

import { bake } from '../world.ts'

const tasks = new Tasks()

const bakeOrder = tasks.define('kitchen.bake', async (order: string): Promise<void> => {
  try {
    await bake(order)
  } catch {
    await bakeOrder.delay(order)
  }
})

await using session = await Session.open()
await using connected = await tasks.connect(session)
await using worker = await connected.startWorker({ concurrency: 1 })
await worker.finished()
