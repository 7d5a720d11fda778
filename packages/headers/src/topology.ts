/**
 * The exchange of this lesson; both programs declare it. A headers exchange ignores the routing key
 * and compares the headers of a message with the arguments of each binding.
 */
export const logs = { name: 'headers_logs', kind: 'headers', options: { durable: true } } as const
