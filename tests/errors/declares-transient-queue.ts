import { Session } from '@messaging-patterns/shared'
import { defineCommand } from '@messaging-patterns/shared/cli'

// RabbitMQ 4.3 refuses this, so no lesson does it.
const run = defineCommand({
  name: 'errors declares-transient-queue',
  describe: 'Declares a queue that is neither durable nor exclusive.',
  examples: [],
})

await run(async ({ broker }) => {
  await using session = await Session.open(broker)
  await session.queue('transient', { type: 'classic', durable: false })
})
