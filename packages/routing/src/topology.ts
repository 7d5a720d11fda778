/**
 * The exchange of this lesson; both programs declare it. A direct exchange copies a message to each
 * queue that is bound with exactly the routing key of the message.
 */
export const logs = { name: 'direct_logs', kind: 'direct', options: { durable: false } } as const
