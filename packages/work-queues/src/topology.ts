/** The queue of tasks. It is durable, so it survives a restart of the broker. */
export const queueName = 'task_queue'
