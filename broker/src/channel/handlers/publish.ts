import type { Message } from '../../core/message/message.ts'
import { Queue } from '../../core/queue/queue.ts'
import type { RoutingTarget } from '../../core/routing-target.ts'
import type { VirtualHost } from '../../core/vhost.ts'
import { accessRefused, notImplemented, preconditionFailed } from '../../protocol/faults.ts'
import type { Channel } from '../channel.ts'
import type { Publication } from '../content/content-assembler.ts'

/** Handles basic.publish, once its content is complete. */
export function publish(channel: Channel, publication: Publication): void {
  const { method, size, properties, body } = publication
  const { vhost, access, limits, user, impersonator } = channel.host
  if (method.immediate) throw notImplemented('immediate=true')
  if (body === undefined)
    throw preconditionFailed(
      `message size ${size} is larger than configured max size ${limits.maxMessageSize}`,
    )
  access.check('write', { kind: 'exchange', name: method.exchange, vhost: vhost.vhost })
  const exchange = vhost.exchanges.expect(method.exchange)
  if (exchange.spec.internal) throw accessRefused(`cannot publish to internal ${exchange.title}`)
  const replyName = channel.replyQueue?.name
  const context = { user, impersonator, replyName }
  const message = channel.messages.read(method, { properties, body }, context)
  const targets = vhost.router.route(exchange, message)
  vhost.firehose?.published(message, targets, channel.traced)
  const destination = { targets, mandatory: method.mandatory }
  if (channel.transaction !== undefined)
    channel.transaction.publish(() => send(channel, message, withoutDeleted(destination, vhost)))
  else sendAndConfirm(channel, message, destination)
}

interface Destination {
  readonly targets: readonly RoutingTarget[]
  readonly mandatory: boolean
}

// RabbitMQ refuses a commit too if it cannot find a queue of the transaction.
const deletedQueue: RoutingTarget = { name: '', enqueue: () => false }

function withoutDeleted({ targets, mandatory }: Destination, { queues }: VirtualHost): Destination {
  const isDeleted = (target: RoutingTarget): boolean =>
    target instanceof Queue && queues.get(target.name) !== target
  return {
    targets: targets.map((target) => (isDeleted(target) ? deletedQueue : target)),
    mandatory,
  }
}

function sendAndConfirm(channel: Channel, message: Message, destination: Destination): void {
  channel.confirms?.next()
  try {
    if (!send(channel, message, destination)) channel.confirms?.nack()
  } catch (error) {
    // The fault closes the channel, before which it confirms what it has numbered.
    channel.confirms?.takeBack()
    throw error
  }
}

/** Returns false if a queue has rejected the message. */
function send(channel: Channel, message: Message, { targets, mandatory }: Destination): boolean {
  emit(channel, 'published', message)
  if (channel.confirms !== undefined && channel.host.faults?.nacks(message) === true) return false
  if (targets.length === 0) {
    emit(channel, 'unroutable', message)
    if (mandatory) returnMessage(channel, message)
  }
  let isAccepted = true
  for (const target of targets) isAccepted = target.enqueue(message) && isAccepted
  return isAccepted
}

function returnMessage(channel: Channel, message: Message): void {
  channel.confirms?.flushEarlier()
  const { exchange, routingKey } = message
  const fields = { replyCode: 312, replyText: 'NO_ROUTE', exchange, routingKey }
  channel.sendMessage('basic.return', fields, message)
}

function emit(channel: Channel, name: 'published' | 'unroutable', message: Message): void {
  const { events, vhost, connection } = channel.host
  if (!events.hasListeners(name)) return
  const { exchange, routingKey, body } = message
  const bytes = body.length
  events.emit(name, { vhost: vhost.vhost, exchange, routingKey, bytes, message, connection })
}
