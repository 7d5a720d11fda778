// The baker.
import { Session } from '@messaging-patterns/shared'

import { bake } from '../world.ts'

await using session = await Session.open()
const queue = await session.queue('orders')

const baking = await queue.consume((delivery) => bake(delivery.text()), {
  retry: { attempts: 3, delay: 400 },
})
await baking.finished()
