import type { Exchange } from '../../core/exchange/exchange.ts'
import type { Message } from '../../core/message/message.ts'
import { accessRefused, notImplemented, preconditionFailed } from '../../protocol/faults.ts'
import type { Channel } from '../channel.ts'
import type { Publication } from '../content/content-assembler.ts'

/** basic.publish, once its content has come. */
export function publish(channel: Channel, publication: Publication): void {
  const { method, size, properties } = publication
  const { vhost, access, limits, user, impersonator } = channel.host
  if (method.immediate) throw notImplemented('immediate=true')
  const body = publication.body
  if (body === undefined)
    throw preconditionFailed(
      `message size ${size} is larger than configured max size ${limits.maxMessageSize}`,
    )
  access.check('write', { kind: 'exchange', name: method.exchange, vhost: vhost.vhost })
  const exchange = vhost.exchanges.expect(method.exchange)
  if (exchange.spec.internal) throw accessRefused(`cannot publish to internal ${exchange.title}`)
  const replyName = channel.replyConsumer?.name
  const context = { user, impersonator, replyName }
  const message = channel.messages.read(method, { properties, body }, context)
  channel.confirms?.next()
  const address = { exchange, mandatory: method.mandatory }
  if (channel.transaction !== undefined)
    channel.transaction.publish(() => route(channel, message, address))
  else if (!route(channel, message, address)) channel.confirms?.reject()
}

/** False where one of the queues refused the message. */
function route(
  channel: Channel,
  message: Message,
  { exchange, mandatory }: { readonly exchange: Exchange; readonly mandatory: boolean },
): boolean {
  const { vhost } = channel.host
  tell(channel, 'published', message)
  const targets = vhost.route(exchange, message)
  if (targets.length === 0) {
    tell(channel, 'unroutable', message)
    if (mandatory) giveBack(channel, message)
  }
  let accepted = true
  for (const target of targets) accepted = target.publish(message) && accepted
  return accepted
}

function giveBack(channel: Channel, message: Message): void {
  channel.confirms?.flushEarlier()
  const { exchange, routingKey } = message
  const fields = { replyCode: 312, replyText: 'NO_ROUTE', exchange, routingKey }
  channel.sendMessage('basic.return', fields, message)
}

function tell(channel: Channel, name: 'published' | 'unroutable', message: Message): void {
  const { events, vhost } = channel.host
  if (!events.hasListeners(name)) return
  const { exchange, routingKey, body } = message
  events.emit(name, { vhost: vhost.vhost, exchange, routingKey, bytes: body.length })
}
