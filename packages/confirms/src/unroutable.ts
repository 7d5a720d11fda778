// Lesson 7: a confirm means that the broker is done with a message, not that any queue has it.
import { MessagingError, Session } from '@messaging-patterns/shared'

import { runUnroutable } from './command-line.ts'

await runUnroutable(async ({ broker, print }) => {
  await using session = await Session.open(broker)
  // The default exchange takes the routing key for the name of a queue. There is no such queue.
  const exchange = await session.exchange('', 'direct')
  const routingKey = 'confirms_nobody'

  // No queue matches, so there is nothing to store, and the broker confirms the message.
  await exchange.publish(routingKey, 'Is anybody there?')
  const optional = { event: 'confirmed', routingKey, mandatory: false }
  print('not mandatory: confirmed, and dropped', optional)

  // The broker returns a mandatory message first, and then confirms it. So when the confirm
  // arrives, we already know that no queue took the message, and publish() rejects.
  const mandatory = { routingKey, mandatory: true }
  const onReturned = (): void => {
    print('mandatory: returned by the broker', { event: 'returned', ...mandatory })
  }
  try {
    await exchange.publish(routingKey, 'Is anybody there?', { mandatory: true, onReturned })
  } catch (error) {
    if (!(error instanceof MessagingError && error.code === 'UNROUTABLE')) throw error
    const facts = { event: 'confirmed', ...mandatory, code: error.code }
    print(`mandatory: confirmed, and publish() rejects with ${error.code}`, facts)
  }

  // A temporary queue: the broker names it.
  const queue = await session.queue()
  await exchange.publish(queue.name, 'Is anybody there?', { mandatory: true, onReturned })
  const { messages } = await queue.count()
  const facts = { event: 'confirmed', ...mandatory, routingKey: queue.name, messages }
  print(`with a queue: confirmed, and ${messages} message in it`, facts)
})
