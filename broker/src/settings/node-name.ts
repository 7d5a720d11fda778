/** What the broker calls its only node. RabbitMQ's name for one is `rabbit@` and the host. */
export const nodeName = 'rabbit@localhost'
