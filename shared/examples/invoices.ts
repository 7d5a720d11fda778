import { attemptsOf, MessagingError, Session, type Delivery } from '@messaging-patterns/shared'

// Connects to AMQP_URL, else amqp://localhost:5672, and is closed at the end of the block.
await using session = await Session.open()

// Both sides declare what they use, so it does not matter which one starts first.
const events = await session.exchange('shop.events', 'topic')
const queue = await session.queue('shop.invoices')
await queue.bind(events, 'order.*')

// Acknowledged when the handler returns. When it throws, the message is tried again after 100, 200
// and 400 ms, and then parked in "shop.invoices.parked", with the history of its attempts.
async function sendInvoice(delivery: Delivery): Promise<void> {
  const { id } = delivery.body as { id: number }
  const attempt = attemptsOf(delivery).length + 1
  if (id === 18 && attempt === 1) throw new Error('the mail server is busy')
  console.log(`invoice for order ${id} sent in attempt ${attempt}`)
}

const subscription = await queue.consume(sendInvoice, {
  concurrency: 10,
  limit: 3, // Two orders, one of which is tried twice. A real consumer has no limit.
  retry: { attempts: 4, delay: { from: 100, factor: 2 } },
  onFailure: (error, _delivery, verdict) => {
    console.log(`${String(error)}; next attempt in ${verdict?.delay} ms`)
  },
})

// Resolves when the broker has confirmed the message: it is on disk in every queue it was routed to.
await events.publish('order.created', { id: 17 })
await events.publish('order.created', { id: 18 })

// Nothing is bound for this key. A mandatory message that reaches no queue is an error.
try {
  await events.publish('refund.created', { id: 17 }, { mandatory: true })
} catch (error) {
  if (!(error instanceof MessagingError) || error.code !== 'UNROUTABLE') throw error
  console.log(`${error.message}; ${error.remedy}`)
}

await subscription.finished()
