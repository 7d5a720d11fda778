// Lesson 8: a confirm says that the broker is done with a message, not that anybody has it.
import { MessagingError } from '@messaging-patterns/shared'
import { runCommand } from '@messaging-patterns/shared/cli'

await runCommand({
  name: 'confirms unroutable',
  describe:
    'Publishes a message for a queue that is not there, and one with the flag "mandatory", and shows what the broker says of each.',
  options: {},
  examples: [['', 'see what becomes of a message that no queue takes']],

  async run({ session, print }) {
    // The default exchange takes the routing key for the name of a queue.
    const exchange = await session.exchange('', 'direct')
    const routingKey = 'confirms_nobody'

    // Nothing was wrong, says the broker: the message was for no queue, and each of them has it.
    await exchange.publish(routingKey, 'Is anybody there?')
    print('not mandatory: confirmed, and gone', {
      event: 'confirmed',
      routingKey,
      mandatory: false,
    })

    // A mandatory message comes back first and is confirmed then. So whoever has the confirm knows.
    const facts = { routingKey, mandatory: true }
    const onReturned = (): void => {
      print('mandatory: returned by the broker', { event: 'returned', ...facts })
    }
    try {
      await exchange.publish(routingKey, 'Is anybody there?', { mandatory: true, onReturned })
    } catch (error) {
      if (!(error instanceof MessagingError && error.code === 'UNROUTABLE')) throw error
      const { code } = error
      print(`mandatory: confirmed, and publish() rejects with ${code}`, {
        event: 'confirmed',
        ...facts,
        code,
      })
    }

    // This queue has no name yet, is ours alone, and goes when we do.
    const queue = await session.queue()
    await exchange.publish(queue.name, 'Is anybody there?', { mandatory: true, onReturned })
    const { messages } = await queue.count()
    print(`with a queue: confirmed, and ${messages} message in it`, {
      event: 'confirmed',
      routingKey: queue.name,
      mandatory: true,
      messages,
    })
  },
})
