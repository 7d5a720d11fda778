// The kitchen: bakes orders in its two ovens, and shows finished ones.
import { Session } from '@messaging-patterns/shared'
import { Tasks } from '@messaging-patterns/tasks'

import { bake, show } from '../world.ts'

const tasks = new Tasks()

const bakeOrder = tasks.define('kitchen.bake', async (order: string) => {
  await bake(order)
  return order
})
const showOrder = tasks.define('kitchen.show', (order: string) => show(order))

tasks.define('kitchen.order', async (order: string) => {
  const ready = await bakeOrder.call(order)
  await showOrder.call(ready)
})

await using session = await Session.open()
await using connected = await tasks.connect(session)
await using worker = await connected.startWorker({ concurrency: 2 })
await worker.finished()
