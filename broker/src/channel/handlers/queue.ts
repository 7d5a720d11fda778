import { assertNotDefault } from '../../core/exchange-registry.ts'
import type { Queue } from '../../core/queue/queue.ts'
import { replyTo } from '../../core/reply-queues.ts'
import type { BindingRequest } from '../../core/vhost.ts'
import {
  accessRefused,
  notFound,
  notImplemented,
  preconditionFailed,
} from '../../protocol/faults.ts'
import type { MethodOf } from '../../wire/methods.ts'
import { accessGuard } from '../access-guard.ts'
import type { Channel } from '../channel.ts'
import { stripLineBreaks } from '../names.ts'

export function declare(channel: Channel, method: MethodOf<'queue.declare'>): void {
  const name = stripLineBreaks(method.queue)
  if (name.startsWith(replyTo)) {
    declareReplyQueue(channel, name)
    declared(channel, method, { name, messageCount: 0, consumerCount: 1 })
    return
  }
  declared(channel, method, method.passive ? inspect(channel, name) : create(channel, method, name))
}

type Declared = Pick<Queue, 'name' | 'messageCount' | 'consumerCount'>

function declared(channel: Channel, method: MethodOf<'queue.declare'>, queue: Declared): void {
  const { name, messageCount, consumerCount } = queue
  channel.lastQueue = name
  if (!method.noWait) channel.send('queue.declare-ok', { queue: name, messageCount, consumerCount })
}

function inspect(channel: Channel, name: string): Declared {
  const { vhost, access, owner } = channel.host
  access.checkAny({ kind: 'queue', name, vhost: vhost.vhost })
  const queue = vhost.queues.expect(name, owner)
  queue.declaredAgain()
  return countsOf(queue)
}

function create(channel: Channel, method: MethodOf<'queue.declare'>, name: string): Declared {
  const { vhost, owner } = channel.host
  const guard = accessGuard('queue', channel.host)
  return countsOf(vhost.declareQueue({ ...method, name, owner, guard }))
}

/** RabbitMQ does not count all consumers here. */
function countsOf({ name, settings, messageCount, consumerCount }: Queue): Declared {
  const { type, singleActiveConsumer } = settings
  if (type === 'stream') return { name, messageCount, consumerCount: 0 }
  // A quorum queue does not count the consumers that wait for their turn.
  const most = type === 'quorum' && singleActiveConsumer ? 1 : Infinity
  return { name, messageCount, consumerCount: Math.min(consumerCount, most) }
}

/** A reply queue cannot be created; other channels can check whether it exists. */
function declareReplyQueue(channel: Channel, name: string): void {
  if (name === replyTo) return
  const known = channel.host.vhost.replies.get(name)
  if (known === undefined || known === channel.replyQueue)
    throw notFound(`no ${channel.host.vhost.queues.title(name)}`)
}

export function remove(channel: Channel, method: MethodOf<'queue.delete'>): void {
  const { vhost, access, owner } = channel.host
  const name = stripLineBreaks(queueName(channel, method.queue))
  access.check('configure', { kind: 'queue', name, vhost: vhost.vhost })
  const known = vhost.queues.get(name)
  let messageCount = 0
  if (known !== undefined) {
    const queue = vhost.queues.expect(name, owner)
    checkConditions(queue, method)
    messageCount = vhost.deleteQueue(queue.name)
  }
  if (!method.noWait) channel.send('queue.delete-ok', { messageCount })
}

function checkConditions(queue: Queue, method: MethodOf<'queue.delete'>): void {
  const { ifUnused, ifEmpty } = method
  // RabbitMQ deletes a stream in any case.
  if (queue.settings.type === 'stream') return
  if (queue.settings.type === 'quorum' && (ifUnused || ifEmpty)) {
    const flag = ifUnused ? 'if-unused' : 'if-empty'
    throw notImplemented(
      `cannot delete ${queue.title}. queue.delete operations with ${flag} flag set are not ` +
        'supported by quorum queues',
    )
  }
  if (ifUnused && queue.consumerCount > 0) throw preconditionFailed(`${queue.title} in use`)
  if (ifEmpty && queue.messageCount > 0) throw preconditionFailed(`${queue.title} not empty`)
}

export function purge(channel: Channel, method: MethodOf<'queue.purge'>): void {
  const { vhost, access, owner, events } = channel.host
  const name = queueName(channel, method.queue)
  access.check('read', { kind: 'queue', name, vhost: vhost.vhost })
  const messageCount = vhost.queues.expect(name, owner).purge()
  events.emit('queue.purged', { vhost: vhost.vhost, queue: name, messages: messageCount })
  if (!method.noWait) channel.send('queue.purge-ok', { messageCount })
}

export function bind(channel: Channel, method: MethodOf<'queue.bind'>): void {
  channel.host.vhost.bind(bindingOf(channel, method))
  if (!method.noWait) channel.send('queue.bind-ok', {})
}

export function unbind(channel: Channel, method: MethodOf<'queue.unbind'>): void {
  channel.host.vhost.unbind(bindingOf(channel, method))
  channel.send('queue.unbind-ok', {})
}

function bindingOf(
  channel: Channel,
  method: MethodOf<'queue.bind'> | MethodOf<'queue.unbind'>,
): BindingRequest {
  const { vhost, access, owner } = channel.host
  const destination = stripLineBreaks(queueName(channel, method.queue))
  const source = stripLineBreaks(method.exchange)
  if (destination.startsWith(replyTo))
    throw accessRefused('cannot bind or unbind to a volatile (direct reply-to) queue')
  access.check('write', { kind: 'queue', name: destination, vhost: vhost.vhost })
  assertNotDefault(source)
  access.check('read', { kind: 'exchange', name: source, vhost: vhost.vhost })
  // Without queue and routing key, the name of the last queue is both.
  const omitsBoth = method.queue === '' && method.routingKey === ''
  const routingKey = omitsBoth ? channel.lastQueue : method.routingKey
  const { arguments: args } = method
  return { source, destination, destinationType: 'queue', routingKey, arguments: args, owner }
}

/** An empty name stands for the queue that was declared last on the channel. */
export function queueName(channel: Channel, name: string): string {
  if (name !== '') return name
  if (channel.lastQueue === '') throw notFound('no previously declared queue')
  return channel.lastQueue
}
