/** What went wrong, for a program to decide by. */
export type MessagingErrorCode =
  | 'INVALID_URL'
  | 'CONNECT_FAILED'
  | 'LOGIN_REFUSED'
  | 'VHOST_REFUSED'
  | 'HANDSHAKE_FAILED'
  | 'CERTIFICATE_REFUSED'
  | 'BROKER_TOO_OLD'
  | 'CONNECTION_LOST'
  | 'CLOSED'
  | 'ACCESS_REFUSED'
  | 'NOT_FOUND'
  | 'LOCKED'
  | 'PRECONDITION_FAILED'
  | 'FEATURE_REFUSED'
  | 'NO_QUORUM'
  | 'CHANNEL_CLOSED'
  | 'CONSUMER_CANCELLED'
  | 'UNROUTABLE'
  | 'NACKED'
  | 'TIMEOUT'
  | 'ALREADY_SETTLED'
  | 'CONTENT_REFUSED'

/** What else a MessagingError may carry. */
export interface MessagingErrorDetails {
  /** The error underneath, as amqplib or Node gave it. */
  readonly cause?: unknown
  /** A command or a step that mends it. */
  readonly remedy?: string | undefined
}

/** Every error of this package: a code for the program, a sentence and a remedy for the person. */
export class MessagingError extends Error {
  override readonly name = 'MessagingError'
  readonly code: MessagingErrorCode
  readonly remedy: string | undefined

  constructor(code: MessagingErrorCode, message: string, details: MessagingErrorDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause })
    this.code = code
    this.remedy = details.remedy
  }
}
