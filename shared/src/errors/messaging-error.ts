/**
 * What went wrong, for a program to decide by. Each code is a heading of docs/troubleshooting.md,
 * with the cause and the fix.
 */
export type MessagingErrorCode =
  // Connecting
  | 'INVALID_URL'
  | 'CONNECT_FAILED'
  | 'LOGIN_REFUSED'
  | 'VHOST_REFUSED'
  | 'HANDSHAKE_FAILED'
  | 'CERTIFICATE_REFUSED'
  | 'BROKER_TOO_OLD'
  // While connected
  | 'CONNECTION_LOST'
  | 'CLOSED'
  | 'CHANNEL_CLOSED'
  | 'CONSUMER_CANCELLED'
  // Declaring and using queues and exchanges
  | 'ACCESS_REFUSED'
  | 'NOT_FOUND'
  | 'LOCKED'
  | 'PRECONDITION_FAILED'
  | 'FEATURE_REFUSED'
  | 'NO_QUORUM'
  // Publishing and consuming
  | 'UNROUTABLE'
  | 'NACKED'
  | 'TIMEOUT'
  | 'ALREADY_SETTLED'
  | 'CONTENT_REFUSED'

/** What a {@link MessagingError} carries in addition to its code and message. */
export interface MessagingErrorDetails {
  /** The error underneath, as amqplib or Node threw it. */
  readonly cause?: unknown
  /** What to type or change next. */
  readonly remedy?: string | undefined
}

/**
 * Every error of this package: a `code` for the program, a `message` and a `remedy` for the person.
 *
 * @example
 * try {
 *   await queue.send('hello')
 * } catch (error) {
 *   if (error instanceof MessagingError && error.code === 'NACKED') await tryLater()
 *   else throw error
 * }
 */
export class MessagingError extends Error {
  override readonly name = 'MessagingError'
  /** Stable across versions, unlike the message. */
  readonly code: MessagingErrorCode
  /** What to type or change next; undefined where nothing general can be said. */
  readonly remedy: string | undefined

  constructor(code: MessagingErrorCode, message: string, details: MessagingErrorDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause })
    this.code = code
    this.remedy = details.remedy
  }
}
