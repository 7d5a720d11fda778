/**
 * The exchange of this lesson. Both programs declare it, so either may start first. A fanout copies
 * each message to every queue that is bound to it. It stores nothing, so it need not be durable.
 */
export const logs = { name: 'logs', kind: 'fanout', options: { durable: false } } as const
