import { connect, type Channel, type ChannelModel } from 'amqplib'

/** Declares the same on any broker, and leaves two consumers. */
export async function setUp(url: string): Promise<ChannelModel> {
  const connection = await connect(url, { clientProperties: { connection_name: 'orders' } })
  const channel = await connection.createConfirmChannel()
  await declareQueues(channel)
  await declareExchanges(channel)
  for (const queue of [
    'hello',
    'hello',
    'task_queue',
    'deleted',
    'deleted',
    'purged',
    'full',
    'log',
    'deleted_log',
  ])
    channel.sendToQueue(queue, Buffer.from('a message'), { persistent: true })
  await channel.waitForConfirms()
  await channel.prefetch(3)
  await channel.consume('hello', () => {}, { consumerTag: 'forgets to acknowledge' })
  await channel.consume('task_queue', (message) => message && channel.ack(message), {
    consumerTag: 'worker',
    arguments: { 'x-priority': 5 },
  })
  return connection
}

async function declareQueues(channel: Channel): Promise<void> {
  const quorum = { 'x-queue-type': 'quorum' }
  const classic = { 'x-queue-type': 'classic' }
  await channel.assertQueue('hello', { arguments: quorum })
  await channel.assertQueue('task_queue', { arguments: classic })
  await channel.assertQueue('purged', { arguments: classic })
  await channel.assertQueue('deleted', { arguments: classic })
  await channel.assertQueue('full', { arguments: classic })
  await channel.assertQueue('delayed', {
    arguments: { ...classic, 'x-message-ttl': 60_000, 'x-dead-letter-exchange': '' },
  })
  await channel.assertQueue('parked "here"', {
    arguments: { ...classic, 'x-max-length': 10, 'x-overflow': 'reject-publish' },
  })
  for (const log of ['log', 'deleted_log'])
    await channel.assertQueue(log, { arguments: { 'x-queue-type': 'stream', 'x-max-age': '1h' } })
  await channel.assertQueue('mine', { exclusive: true, autoDelete: true, arguments: classic })
}

async function declareExchanges(channel: Channel): Promise<void> {
  await channel.assertExchange('logs', 'fanout', { durable: false })
  await channel.assertExchange('direct_logs', 'direct', { alternateExchange: 'logs' })
  await channel.assertExchange('inner', 'topic', { autoDelete: true, internal: true })
  await channel.assertExchange('documents', 'headers')
  await channel.bindQueue('hello', 'direct_logs', 'error')
  await channel.bindQueue('mine', 'logs', '')
  await channel.bindQueue('task_queue', 'documents', '', { format: 'pdf', 'x-match': 'all' })
  await channel.bindExchange('inner', 'direct_logs', 'a.b')
  await channel.bindQueue('task_queue', 'inner', '#')
}
