/** The queue of this lesson. Both programs declare it, so either may start first. */
export const queueName = 'hello'
