import { runCommand } from '@messaging-patterns/shared/cli'

// RabbitMQ 4.3 refuses this, so no lesson does it.
await runCommand({
  name: 'errors declares-transient-queue',
  describe: 'Declares a queue that is neither durable nor exclusive.',
  options: {},
  examples: [],
  async run({ session }) {
    await session.queue('transient', { type: 'classic', durable: false })
  },
})
