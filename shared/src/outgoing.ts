import type { Options } from 'amqplib'

import { MessagingError } from './errors.ts'
import { tooLong } from './short-string.ts'

/** A message on its way: kept until the broker has confirmed it. */
export interface Outgoing {
  readonly exchange: string
  readonly routingKey: string
  readonly content: Buffer
  readonly options: Options.Publish
  readonly onReturned?: (() => void) | undefined
}

/** What tells a returned message from others: who publishes one id twice means one message. */
export function identity(message: Pick<Outgoing, 'exchange' | 'routingKey' | 'options'>): string {
  return JSON.stringify([message.options.messageId, message.exchange, message.routingKey])
}

/** The message could not be written as AMQP has it. */
export function unwritable(
  { exchange, routingKey, options }: Outgoing,
  cause: Error,
): MessagingError {
  const [, field = ''] = /^Field '(\w+)' is the wrong type/.exec(cause.message) ?? []
  const value = Object.entries({ ...options, exchange, routingKey }).find(([key]) => key === field)
  return typeof value?.[1] === 'string'
    ? tooLong(field, value[1])
    : new MessagingError('PRECONDITION_FAILED', cause.message, { cause })
}

export function nacked({ exchange, routingKey }: Outgoing): MessagingError {
  return new MessagingError(
    'NACKED',
    `the broker did not take the message for ${target(exchange, routingKey)}: a queue is full, or has too few of its nodes`,
    { remedy: 'consume from the queue, or publish it again later' },
  )
}

/** `others`: whether other brokers of the list have not confirmed it either. */
export function unconfirmedWithin(milliseconds: number, others: boolean): MessagingError {
  const who = others
    ? 'no broker of the list has confirmed the message, the last one not'
    : 'the broker has not confirmed the message'
  return new MessagingError(
    'TIMEOUT',
    `${who} within ${Math.round(milliseconds)} ms: it may be in the queue, or not`,
    {
      remedy:
        'look whether a quorum queue has most of its nodes: rabbitmqctl list_queues name members online',
    },
  )
}

export function unroutable({ exchange, routingKey }: Outgoing): MessagingError {
  return new MessagingError(
    'UNROUTABLE',
    `nobody is there for ${target(exchange, routingKey)}: no queue takes the message`,
    { remedy: 'start the consumer first, or declare and bind a queue' },
  )
}

function target(exchange: string, routingKey: string): string {
  return exchange === '' ? `queue "${routingKey}"` : `exchange "${exchange}", key "${routingKey}"`
}
