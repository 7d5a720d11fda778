import type { ConsumeMessage, GetMessage } from 'amqplib'

import { decodeBody, decodeJson } from './body.ts'
import { MessagingError } from './errors.ts'
import { decodeHeaders, type Headers } from './headers.ts'

/** The three ways to be done with a message. */
export type Settlement = 'ack' | 'nack' | 'reject'

/** Tells the broker; false when the channel that brought the message is gone. */
export type Settle = (delivery: Delivery, how: Settlement, requeue: boolean) => boolean

/** How a consumer reads what it gets. */
export interface Reading {
  /** The content types that it reads. Default: all. */
  readonly accept?: readonly string[] | undefined
  /** Whether the queue counts failed deliveries: a classic one does not. Default: true. */
  readonly counted?: boolean
}

/**
 * One message in your hands. It stays the broker's until you settle it, exactly once, by `ack`,
 * `nack` or `reject`; when you vanish before that, the broker gives it to somebody else.
 */
export class Delivery {
  readonly message: ConsumeMessage | GetMessage
  readonly #settle: Settle
  readonly #reading: Reading
  #headers: Headers | undefined
  #settled: Settlement | 'auto-ack' | undefined

  constructor(
    message: ConsumeMessage | GetMessage,
    settle: Settle | 'auto-ack',
    reading: Reading = {},
  ) {
    this.message = message
    this.#reading = reading
    if (settle === 'auto-ack') {
      this.#settled = 'auto-ack'
      this.#settle = nobodyToTell
    } else this.#settle = settle
  }

  /**
   * The body by its content type: a string, a JSON value or a Buffer. Throws CONTENT_REFUSED when
   * it is not what it says, or not of a type that the consumer accepts.
   */
  get body(): unknown {
    return decodeBody(this.message.content, this.message.properties, this.#reading.accept)
  }

  /**
   * The body as a JSON value, whatever its content type: pika and PyRMQ set none. Throws
   * CONTENT_REFUSED when it is not JSON.
   */
  json(): unknown {
    return decodeJson(this.message.content, this.message.properties)
  }

  /** The body as text, whatever its type; bytes that are no UTF-8 show as U+FFFD. Never throws. */
  text(): string {
    return this.message.content.toString()
  }

  get routingKey(): string {
    return this.message.fields.routingKey
  }

  get exchange(): string {
    return this.message.fields.exchange
  }

  /** True when the broker gave this message out before: the work may have been done already. */
  get redelivered(): boolean {
    return this.message.fields.redelivered
  }

  /**
   * How many deliveries before this one have failed: the message was rejected with `requeue`, or its
   * consumer died. Only a quorum queue counts them; elsewhere, and when the message comes for the
   * first time, it is 0. RabbitMQ before 4.3 counts a nack too.
   */
  get deliveryCount(): number {
    const { 'x-delivery-count': failed, 'x-acquired-count': acquired } = this.headers
    // The header is the publisher's until the broker has something to count. From RabbitMQ 4.3 on
    // the other one counts every earlier delivery, so a larger number is not the broker's.
    const most = typeof acquired === 'number' ? acquired : Infinity
    const believed =
      this.redelivered && this.#reading.counted !== false && Number.isSafeInteger(failed)
    return believed && Number(failed) >= 0 && Number(failed) <= most ? Number(failed) : 0
  }

  /** A timestamp is a Date, a decimal a number, and bytes are a Buffer. */
  get headers(): Headers {
    this.#headers ??= decodeHeaders(this.message.properties.headers ?? {})
    return this.#headers
  }

  /** The same for a message and for its duplicates, if the producer set it (ours do). */
  get messageId(): string | undefined {
    return text(this.message.properties.messageId)
  }

  get correlationId(): string | undefined {
    return text(this.message.properties.correlationId)
  }

  get replyTo(): string | undefined {
    return text(this.message.properties.replyTo)
  }

  get settled(): boolean {
    return this.#settled !== undefined
  }

  /**
   * Done: the broker may forget the message. Like nack and reject it returns false when the
   * connection was lost in between, in which case the broker delivers the message again.
   */
  ack(): boolean {
    return this.#once('ack', false)
  }

  /** Not done: back to where it stood in the queue, or dead-lettered with `requeue: false`. */
  nack({ requeue = true } = {}): boolean {
    return this.#once('nack', requeue)
  }

  /**
   * Refused: dead-lettered where the queue says so, else dropped. With `requeue: true` it goes back,
   * which a quorum queue counts towards its delivery limit; it does not count a nack.
   */
  reject({ requeue = false } = {}): boolean {
    return this.#once('reject', requeue)
  }

  #once(how: Settlement, requeue: boolean): boolean {
    if (this.#settled !== undefined) {
      const before = this.#settled === 'auto-ack' ? 'acknowledged on delivery' : this.#settled
      throw new MessagingError('ALREADY_SETTLED', `${how} came too late: it was ${before} before`)
    }
    this.#settled = how
    return this.#settle(this, how, requeue)
  }
}

/** The headers with AMQP's types, for publishing the message again. */
export function rawHeaders({ message }: Delivery): Headers {
  return message.properties.headers ?? {}
}

const nobodyToTell: Settle = () => true

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
