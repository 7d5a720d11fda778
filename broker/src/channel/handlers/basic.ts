import { checkConsumerArguments } from '../../core/queue/argument-checks.ts'
import { replyTo } from '../../core/reply-queues.ts'
import {
  ChannelFault,
  notAllowed,
  notImplemented,
  preconditionFailed,
} from '../../protocol/faults.ts'
import type { MethodOf } from '../../wire/methods.ts'
import { acknowledge } from '../acknowledgement.ts'
import { BasicConsumer } from '../basic-consumer.ts'
import type { Channel } from '../channel.ts'
import { outgoingContent } from '../content/outgoing-content.ts'
import { generateConsumerTag } from '../names.ts'
import { queueName } from './queue.ts'

export function qos(channel: Channel, method: MethodOf<'basic.qos'>): void {
  if (method.prefetchSize !== 0) throw notImplemented(`prefetch_size!=0 (${method.prefetchSize})`)
  // RabbitMQ 4.3 ignores global=true: the prefetch count applies to each consumer.
  channel.prefetch = method.prefetchCount
  channel.send('basic.qos-ok', {})
}

export function consume(channel: Channel, method: MethodOf<'basic.consume'>): void {
  if (channel.consumers.size >= channel.host.limits.maxConsumersPerChannel)
    throw notAllowed(
      `reached maximum (${channel.host.limits.maxConsumersPerChannel}) of consumers per channel`,
    )
  const tag = method.consumerTag
  const name = queueName(channel, method.queue)
  if (channel.consumers.has(tag)) throw notAllowed(`attempt to reuse consumer tag '${tag}'`)
  if (name === replyTo) consumeReplies(channel, method)
  else consumeQueue(channel, method)
}

function consumeReplies(channel: Channel, method: MethodOf<'basic.consume'>): void {
  if (!method.noAck) throw preconditionFailed('reply consumer cannot acknowledge')
  if (channel.replyQueue !== undefined) throw preconditionFailed('reply consumer already set')
  const consumerTag = method.consumerTag || generateConsumerTag()
  channel.consumeReplies(consumerTag)
  if (!method.noWait) channel.send('basic.consume-ok', { consumerTag })
}

function consumeQueue(channel: Channel, method: MethodOf<'basic.consume'>): void {
  const { vhost, access, owner } = channel.host
  const name = queueName(channel, method.queue)
  access.check('read', { kind: 'queue', name, vhost: vhost.vhost })
  const queue = vhost.queues.expect(name, owner)
  checkConsumerArguments(queue.title, queue.settings.type, method.arguments)
  const tag = method.consumerTag || generateConsumerTag()
  const { noAck, exclusive, arguments: args } = method
  const spec = { tag, queue, noAck, exclusive, arguments: args, prefetch: channel.prefetch }
  const consumer = new BasicConsumer(spec, channel)
  queue.addConsumer(consumer)
  channel.consumers.set(tag, consumer)
  if (!method.noWait) channel.send('basic.consume-ok', { consumerTag: tag })
  queue.deliverReady()
}

/** Unknown consumer tags are ignored. The client may still acknowledge what the consumer received. */
export function cancel(channel: Channel, method: MethodOf<'basic.cancel'>): void {
  const { consumerTag } = method
  const consumer = channel.consumers.get(consumerTag)
  channel.consumers.delete(consumerTag)
  if (channel.replyQueue?.consumerTag === consumerTag) channel.cancelReplies()
  if (!method.noWait) channel.send('basic.cancel-ok', { consumerTag })
  consumer?.queue.removeConsumer(consumer)
}

export function get(channel: Channel, method: MethodOf<'basic.get'>): void {
  const { vhost, access, owner } = channel.host
  const name = queueName(channel, method.queue)
  access.check('read', { kind: 'queue', name, vhost: vhost.vhost })
  const queue = vhost.queues.expect(name, owner)
  if (queue.settings.type === 'quorum' && queue.settings.singleActiveConsumer)
    throw new ChannelFault(
      'RESOURCE_LOCKED',
      `cannot obtain access to locked ${queue.title}. basic.get operations are not supported by ` +
        '<<"quorum">> queues with single active consumer',
    )
  const entry = queue.get(method.noAck, channel)
  if (entry === undefined) {
    channel.send('basic.get-empty', { clusterId: '' })
    return
  }
  const deliveryTag = channel.nextDeliveryTag()
  if (!method.noAck) channel.unacked.add({ tag: deliveryTag, entry, queue, consumer: undefined })
  const { redelivered, message } = entry
  const { exchange, routingKey } = message
  const { messageCount } = queue
  const fields = { deliveryTag, redelivered, exchange, routingKey, messageCount }
  channel.sendMessage('basic.get-ok', fields, outgoingContent(entry))
  channel.traceDelivery(name, entry)
}

export function ack(channel: Channel, method: MethodOf<'basic.ack'>): void {
  channel.acknowledge('ack', channel.unacked.take(method.deliveryTag, method.multiple))
}

export function nack(channel: Channel, method: MethodOf<'basic.nack'>): void {
  const deliveries = channel.unacked.take(method.deliveryTag, method.multiple)
  channel.acknowledge(method.requeue ? 'nack-requeue' : 'nack', deliveries)
}

export function reject(channel: Channel, method: MethodOf<'basic.reject'>): void {
  const deliveries = channel.unacked.take(method.deliveryTag, false)
  channel.acknowledge(method.requeue ? 'reject-requeue' : 'reject', deliveries)
}

export function recoverAsync(channel: Channel, method: MethodOf<'basic.recover-async'>): void {
  recoverAll(channel, method.requeue)
}

export function recover(channel: Channel, method: MethodOf<'basic.recover'>): void {
  if (!method.requeue) throw notImplemented('requeue=false')
  // The reply goes before the redeliveries.
  channel.send('basic.recover-ok', {})
  recoverAll(channel, true)
}

function recoverAll(channel: Channel, requeue: boolean): void {
  if (!requeue) throw notImplemented('requeue=false')
  acknowledge('nack-requeue', channel.unacked.takeAll())
}
