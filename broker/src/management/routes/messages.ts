import { ChannelFault, Fault } from '../../protocol/faults.ts'
import { type ApiError, badRequest, missing, unauthorized } from '../format/api-error.ts'
import { integerOf } from '../format/values.ts'
import type { ApiRequest } from '../http/api-request.ts'
import type { Route } from '../http/router.ts'
import { DirectChannel, type GotMessage } from '../model/direct-channel.ts'
import { fromPayload, fromProperties, toPayload, toProperties } from '../format/message-json.ts'
import { exchangeName } from './exchanges.ts'

export const messageRoutes: readonly Route[] = [
  { path: 'exchanges/:vhost/:name/publish', role: 'vhost', post: publish },
  { path: 'queues/:vhost/:name/get', role: 'vhost', post: get },
]

function publish(request: ApiRequest): unknown {
  const exchange = exchangeName(request.param('name'))
  if (request.vhost.exchanges.get(exchange) === undefined) throw missing('exchange_not_found')
  const json = request.jsonWith('routing_key', 'properties', 'payload', 'payload_encoding')
  const routingKey = String(json['routing_key'])
  const body = toPayload(json['payload'], json['payload_encoding'])
  const properties = toProperties(json['properties'])
  using channel = new DirectChannel(request.broker, request.user, request.vhost)
  try {
    const outcome = channel.publish({ exchange, routingKey }, { properties, body })
    if (outcome === 'rejected')
      throw badRequest('rejected Unable to publish message. Check queue limits.')
    return { routed: outcome === 'routed' }
  } catch (error) {
    throw error instanceof Fault ? badRequest(`${error.replyCode} ${error.message}`) : error
  }
}

const ackModes = [
  'ack_requeue_true',
  'ack_requeue_false',
  'reject_requeue_true',
  'reject_requeue_false',
]

interface GetOptions {
  readonly count: number
  readonly ackMode: string
  readonly base64: boolean
  readonly truncate: number
}

function get(request: ApiRequest): unknown {
  const queue = request.param('name')
  if (request.vhost.queues.get(queue) === undefined) throw missing('queue_not_found')
  const options = getOptions(request)
  using channel = new DirectChannel(request.broker, request.user, request.vhost)
  try {
    return takeMessages(channel, queue, options).map((message) => view(message, options))
  } catch (error) {
    throw error instanceof Fault ? getError(error) : error
  }
}

function getOptions(request: ApiRequest): GetOptions {
  const json = request.jsonWith('ackmode', 'count', 'encoding')
  const { ackmode, encoding, truncate } = json
  if (typeof ackmode !== 'string' || !ackModes.includes(ackmode))
    throw badRequest(
      `Invalid ackmode value: ${String(ackmode)}. Valid values are: ${ackModes.join(', ')}`,
    )
  if (encoding !== 'auto' && encoding !== 'base64')
    throw badRequest('Unsupported encoding. Please use auto or base64.')
  return {
    count: integerOf(json['count']),
    ackMode: ackmode,
    base64: encoding === 'base64',
    truncate: truncate === undefined ? Infinity : integerOf(truncate),
  }
}

/** A negative count takes all messages. */
function takeMessages(
  channel: DirectChannel,
  queue: string,
  { count, ackMode }: GetOptions,
): readonly GotMessage[] {
  const messages: GotMessage[] = []
  while (messages.length !== count) {
    const message = channel.get(queue, ackMode === 'ack_requeue_false')
    if (message === undefined) break
    messages.push(message)
  }
  if (messages.length > 0 && ackMode !== 'ack_requeue_false') {
    const requeue = ackMode.endsWith('true')
    channel.call('basic.nack', { deliveryTag: 0, multiple: true, requeue })
  }
  return messages
}

function view({ content, ...got }: GotMessage, options: GetOptions): unknown {
  const { redelivered, exchange, routingKey, messageCount } = got
  return {
    ...fromPayload(content.body, options),
    redelivered,
    exchange,
    routing_key: routingKey,
    message_count: messageCount,
    properties: fromProperties(content.properties),
  }
}

function getError(fault: Fault): ApiError {
  if (fault instanceof ChannelFault && fault.replyCode === 403) return unauthorized(fault.message)
  // Of an error that closes a connection, RabbitMQ leaves the name out.
  const text = fault instanceof ChannelFault ? fault.message : fault.explanation
  return badRequest(`${fault.replyCode} ${text}`)
}
