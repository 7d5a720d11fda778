import type { Options } from 'amqplib'

import { MessagingError } from '../errors/messaging-error.ts'
import { tooLong } from '../messages/short-string.ts'

/** A message that is being published: kept until the broker has confirmed it. */
export interface Outgoing {
  readonly exchange: string
  readonly routingKey: string
  readonly content: Buffer
  readonly options: Options.Publish
  readonly onReturned?: (() => void) | undefined
}

/** What a returned message is recognized by: the same id at the same address is one message. */
export function identityOf(message: Pick<Outgoing, 'exchange' | 'routingKey' | 'options'>): string {
  return JSON.stringify([message.options.messageId, message.exchange, message.routingKey])
}

/** The message could not be encoded as AMQP. */
export function unencodable(
  { exchange, routingKey, options }: Outgoing,
  cause: Error,
): MessagingError {
  const [, field = ''] = /^Field '(\w+)' is the wrong type/.exec(cause.message) ?? []
  const value = Object.entries({ ...options, exchange, routingKey }).find(([key]) => key === field)
  return typeof value?.[1] === 'string'
    ? tooLong(field, value[1])
    : new MessagingError('PRECONDITION_FAILED', cause.message, { cause })
}

export function nacked(message: Outgoing): MessagingError {
  return new MessagingError(
    'NACKED',
    `the broker refused the message for ${addressOf(message)}: a queue is full, or too few of its nodes are up`,
    { remedy: 'consume from the queue, or publish the message again later' },
  )
}

/** `others`: whether other brokers of the list have not confirmed it either. */
export function unconfirmed(milliseconds: number, others: boolean): MessagingError {
  const time = `${Math.round(milliseconds)} ms`
  const what = others
    ? `none of the brokers confirmed the message (the last one had ${time})`
    : `the broker did not confirm the message within ${time}`
  return new MessagingError('TIMEOUT', `${what}: it may or may not be in the queue`, {
    remedy:
      'check that most nodes of the queue are online: rabbitmqctl list_queues name members online',
  })
}

export function unroutable({ exchange, routingKey }: Outgoing): MessagingError {
  const what =
    exchange === ''
      ? `there is no queue "${routingKey}"`
      : `no queue is bound to exchange "${exchange}" for key "${routingKey}"`
  return new MessagingError('UNROUTABLE', what, {
    remedy: 'start the consumer first, or declare and bind a queue',
  })
}

function addressOf({ exchange, routingKey }: Outgoing): string {
  return exchange === '' ? `queue "${routingKey}"` : `exchange "${exchange}", key "${routingKey}"`
}
