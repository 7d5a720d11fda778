import {
  IllegalOperationError,
  type Channel,
  type ConsumeMessage,
  type GetMessage,
  type Message,
} from 'amqplib'

import { MessagingError } from '../errors/messaging-error.ts'
import { decodeBody, decodeJson } from '../messages/body.ts'
import { decodeHeaders, type Headers } from '../messages/headers.ts'

/** The three ways to settle a delivery. */
export type Settlement = 'ack' | 'nack' | 'reject'

/** Sends the settlement; false when the channel that delivered the message is gone. */
export type Settle = (delivery: Delivery, how: Settlement, requeue: boolean) => boolean

/** What a delivery depends on apart from its message. */
export interface DeliveryContext {
  /** The content types that the consumer reads. Default: all. */
  readonly accept?: readonly string[] | undefined
  /** Whether the queue counts failed deliveries: a classic one does not. Default: true. */
  readonly countsDeliveries?: boolean
  /** Whether the channel that delivered the message is gone. Default: it is not known. */
  readonly isLost?: () => boolean
}

const alreadySettled: Readonly<Record<Settlement | 'auto-ack', string>> = {
  ack: 'acknowledged',
  nack: 'nacked',
  reject: 'rejected',
  'auto-ack': 'acknowledged on delivery',
}

/**
 * One message as the broker delivered it. Settle it exactly once, by {@link ack}, {@link nack} or
 * {@link reject}; until then it stays in the broker's memory as _unacknowledged_, and if the
 * consumer dies it is delivered to another one.
 */
export class Delivery {
  /** The message as amqplib received it, with all its fields and properties. */
  readonly message: ConsumeMessage | GetMessage
  readonly #settle: Settle
  readonly #context: DeliveryContext
  #headers: Headers | undefined
  #settled: Settlement | 'auto-ack' | undefined

  /** @internal Deliveries come from `queue.consume` and `queue.get`. */
  constructor(
    message: ConsumeMessage | GetMessage,
    settle: Settle | 'auto-ack',
    context: DeliveryContext = {},
  ) {
    this.message = message
    this.#context = context
    if (settle === 'auto-ack') {
      this.#settled = 'auto-ack'
      this.#settle = nothingToSend
    } else this.#settle = settle
  }

  /**
   * The body, decoded by its content type: text/* gives a string, application/json a value. Any
   * other type, and a message without one, gives a Buffer.
   *
   * Throws CONTENT_REFUSED if the body does not match its content type, or if the consumer does not
   * accept that type.
   */
  get body(): unknown {
    return decodeBody(this.message.content, this.message.properties, this.#context.accept)
  }

  /**
   * The body as a JSON value, whatever its content type: pika and PyRMQ set none. Throws
   * CONTENT_REFUSED if it is not valid JSON.
   */
  json(): unknown {
    return decodeJson(this.message.content, this.message.properties)
  }

  /** The body as text, whatever its content type; bytes that are not UTF-8 become U+FFFD. */
  text(): string {
    return this.message.content.toString()
  }

  /** The routing key that the message was published with. */
  get routingKey(): string {
    return this.message.fields.routingKey
  }

  /** The exchange that the message was published to; '' is the default exchange. */
  get exchange(): string {
    return this.message.fields.exchange
  }

  /** The position of the message in its stream; undefined if it comes from a queue. */
  get offset(): number | undefined {
    return offsetOf(this.message)
  }

  /** Whether the message was delivered before: its work may be done already. */
  get redelivered(): boolean {
    return this.message.fields.redelivered
  }

  /**
   * How many earlier deliveries have failed: the message was rejected with `requeue`, or its
   * consumer died. Only quorum queues count them; on a classic queue it is always 0. RabbitMQ before
   * 4.3 counts a nack too.
   */
  get deliveryCount(): number {
    const { 'x-delivery-count': failed, 'x-acquired-count': acquired } = this.headers
    // The header is the publisher's until the broker has something to count. From RabbitMQ 4.3 on
    // the other one counts every earlier delivery, so a larger number is not the broker's.
    const most = typeof acquired === 'number' ? acquired : Infinity
    const isBrokers = this.redelivered && this.#context.countsDeliveries !== false
    if (!isBrokers || typeof failed !== 'number' || !Number.isSafeInteger(failed)) return 0
    return failed >= 0 && failed <= most ? failed : 0
  }

  /** The headers as JavaScript values: a timestamp is a Date, a decimal a number, bytes a Buffer. */
  get headers(): Headers {
    this.#headers ??= decodeHeaders(this.message.properties.headers ?? {})
    return this.#headers
  }

  /** The same for a message and its duplicates, if the publisher set it (this package does). */
  get messageId(): string | undefined {
    return textOf(this.message.properties.messageId)
  }

  /** What the request of an RPC and its reply have in common. */
  get correlationId(): string | undefined {
    return textOf(this.message.properties.correlationId)
  }

  /** The queue for a reply. */
  get replyTo(): string | undefined {
    return textOf(this.message.properties.replyTo)
  }

  /** Whether the delivery is settled: acknowledged (on delivery, with `autoAck`), nacked or rejected. */
  get settled(): boolean {
    return this.#settled !== undefined
  }

  /**
   * Whether the connection that delivered it was lost. The broker delivers the message again, perhaps
   * to another consumer, so work that has not begun should not begin here. A message of a
   * stream is never lost, and can still be settled: its consumer skips it when it is delivered again.
   */
  get lost(): boolean {
    return this.#context.isLost?.() ?? false
  }

  /**
   * The work is done: the broker may forget the message.
   *
   * Like {@link nack} and {@link reject} it returns false if the connection was lost meanwhile, in
   * which case the broker delivers the message again, and throws ALREADY_SETTLED the second time.
   */
  ack(): boolean {
    return this.#settleOnce('ack', false)
  }

  /**
   * The work could not be done here, through no fault of the message: requeues it at its old
   * position. With `requeue: false` it is dead-lettered, or dropped if the queue does not dead-letter.
   */
  nack({ requeue = true } = {}): boolean {
    return this.#settleOnce('nack', requeue)
  }

  /**
   * The message cannot be handled: dead-letters it, or drops it if the queue does not dead-letter.
   * With `requeue: true` it is requeued, which a quorum queue counts towards its delivery limit,
   * unlike a nack.
   */
  reject({ requeue = false } = {}): boolean {
    return this.#settleOnce('reject', requeue)
  }

  #settleOnce(how: Settlement, requeue: boolean): boolean {
    if (this.#settled !== undefined)
      throw new MessagingError(
        'ALREADY_SETTLED',
        `cannot ${how}: the message was already ${alreadySettled[this.#settled]}`,
      )
    this.#settled = how
    return this.#settle(this, how, requeue)
  }
}

const nothingToSend: Settle = () => true

/** The offset of a message in its stream; undefined if it comes from a queue. */
export function offsetOf({ properties }: Message): number | undefined {
  const offset: unknown = properties.headers?.['x-stream-offset']
  return typeof offset === 'number' ? offset : undefined
}

/** The headers with AMQP's types, for publishing the message again. */
export function rawHeaders({ message }: Delivery): Headers {
  return message.properties.headers ?? {}
}

/** Sends a settlement on the channel that delivered the message. */
export function settleOn(channel: Channel): Settle {
  return ({ message }, how, requeue) => {
    try {
      if (how === 'ack') channel.ack(message)
      else if (how === 'nack') channel.nack(message, false, requeue)
      else channel.reject(message, requeue)
      return true
    } catch (error) {
      // The channel is closed or closing.
      if (error instanceof IllegalOperationError) return false
      throw error
    }
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
