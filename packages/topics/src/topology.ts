/**
 * The exchange of this lesson; both programs declare it. A topic exchange compares the routing key
 * of a message, word by word, with the pattern of each binding.
 */
export const logs = { name: 'topic_logs', kind: 'topic', options: { durable: false } } as const
