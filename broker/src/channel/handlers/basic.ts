import { checkConsumerArguments } from '../../core/queue/argument-checks.ts'
import { replyTo } from '../../core/reply-queues.ts'
import {
  ChannelFault,
  notAllowed,
  notImplemented,
  preconditionFailed,
} from '../../protocol/faults.ts'
import type { MethodOf } from '../../wire/methods.ts'
import type { Channel } from '../channel.ts'
import { generateConsumerTag } from '../names.ts'
import { outgoingContent } from '../content/outgoing-content.ts'
import { ReplyConsumer } from '../reply-queue.ts'
import { Subscription } from '../basic-consumer.ts'
import { queueName } from './queue.ts'

export function qos(channel: Channel, method: MethodOf<'basic.qos'>): void {
  if (method.prefetchSize !== 0) throw notImplemented(`prefetch_size!=0 (${method.prefetchSize})`)
  // RabbitMQ 4.3 takes global=true for global=false: it counts for each consumer.
  channel.prefetch = method.prefetchCount
  channel.send('basic.qos-ok', {})
}

export function consume(channel: Channel, method: MethodOf<'basic.consume'>): void {
  if (channel.subscriptions.size >= channel.host.limits.maxConsumersPerChannel)
    throw notAllowed(
      `reached maximum (${channel.host.limits.maxConsumersPerChannel}) of consumers per channel`,
    )
  const tag = method.consumerTag
  const replyName = queueName(channel, method.queue)
  if (channel.subscriptions.has(tag)) throw notAllowed(`attempt to reuse consumer tag '${tag}'`)
  if (replyName === replyTo) consumeReplies(channel, method)
  else consumeQueue(channel, method)
}

function consumeReplies(channel: Channel, method: MethodOf<'basic.consume'>): void {
  if (!method.noAck) throw preconditionFailed('reply consumer cannot acknowledge')
  if (channel.replyConsumer !== undefined) throw preconditionFailed('reply consumer already set')
  const consumerTag = method.consumerTag || generateConsumerTag()
  channel.replyConsumer = new ReplyConsumer(consumerTag, channel)
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
  const subscription = new Subscription(spec, channel)
  queue.addConsumer(subscription)
  channel.subscriptions.set(tag, subscription)
  if (!method.noWait) channel.send('basic.consume-ok', { consumerTag: tag })
  queue.deliver()
}

/** A consumer that is not there is no error, and what it holds stays with the channel. */
export function cancel(channel: Channel, method: MethodOf<'basic.cancel'>): void {
  const { consumerTag } = method
  const subscription = channel.subscriptions.get(consumerTag)
  channel.subscriptions.delete(consumerTag)
  if (channel.replyConsumer?.tag === consumerTag) {
    channel.replyConsumer.close()
    channel.replyConsumer = undefined
  }
  if (!method.noWait) channel.send('basic.cancel-ok', { consumerTag })
  subscription?.queue.removeConsumer(subscription)
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
  const deliveryTag = channel.nextTag()
  if (!method.noAck)
    channel.unacked.add({ tag: deliveryTag, entry, queue, subscription: undefined })
  const { redelivered, message } = entry
  const { exchange, routingKey } = message
  const { messageCount } = queue
  channel.send('basic.get-ok', { deliveryTag, redelivered, exchange, routingKey, messageCount })
  channel.host.sendContent(channel.number, outgoingContent(entry))
}

export function ack(channel: Channel, method: MethodOf<'basic.ack'>): void {
  channel.settle('ack', channel.unacked.take(method.deliveryTag, method.multiple))
}

export function nack(channel: Channel, method: MethodOf<'basic.nack'>): void {
  const deliveries = channel.unacked.take(method.deliveryTag, method.multiple)
  // RabbitMQ 4.3 does not count a nack as a failure; a reject it does.
  channel.settle(method.requeue ? 'return' : 'discard', deliveries)
}

export function reject(channel: Channel, method: MethodOf<'basic.reject'>): void {
  const deliveries = channel.unacked.take(method.deliveryTag, false)
  channel.settle(method.requeue ? 'return-failed' : 'discard-failed', deliveries)
}

export function recoverAsync(channel: Channel, method: MethodOf<'basic.recover-async'>): void {
  recoverAll(channel, method.requeue)
}

export function recover(channel: Channel, method: MethodOf<'basic.recover'>): void {
  // The reply goes before what is delivered again.
  if (!method.requeue) throw notImplemented('requeue=false')
  channel.send('basic.recover-ok', {})
  recoverAll(channel, true)
}

function recoverAll(channel: Channel, requeue: boolean): void {
  if (!requeue) throw notImplemented('requeue=false')
  channel.settleNow('return', channel.unacked.takeAll())
}
