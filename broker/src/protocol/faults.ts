import {
  channelCodes,
  connectionCodes,
  type ChannelCode,
  type ConnectionCode,
} from './reply-codes.ts'

/** An error of the client, as channel.close or connection.close reports it. */
export abstract class Fault extends Error {
  readonly replyCode: number

  protected constructor(replyCode: number, message: string) {
    super(limited(message))
    this.replyCode = replyCode
  }
}

const encoder = new TextEncoder()

/**
 * A reply text has at most 255 bytes. RabbitMQ replaces the rest with dots, but counts characters, and
 * fails if they take more bytes. This counts bytes, and does not cut through a character.
 */
function limited(text: string): string {
  if (encoder.encode(text).length <= 255) return text
  const { read } = encoder.encodeInto(text, new Uint8Array(252))
  return `${text.slice(0, read)}...`
}

/** Closes the channel, but not the connection. */
export class ChannelFault extends Fault {
  override readonly name = 'ChannelFault'

  constructor(code: ChannelCode, explanation: string) {
    super(channelCodes[code], `${code} - ${explanation}`)
  }
}

/** Closes the connection. */
export class ConnectionFault extends Fault {
  override readonly name = 'ConnectionFault'
  /** False if connection.close names no method: class and method are 0, as in RabbitMQ. */
  readonly namesMethod: boolean

  constructor(code: ConnectionCode, explanation: string, { namesMethod = true } = {}) {
    super(connectionCodes[code], explanation === '' ? code : `${code} - ${explanation}`)
    this.namesMethod = namesMethod
  }
}

export function notFound(explanation: string): ChannelFault {
  return new ChannelFault('NOT_FOUND', explanation)
}

export function accessRefused(explanation: string): ChannelFault {
  return new ChannelFault('ACCESS_REFUSED', explanation)
}

export function preconditionFailed(explanation: string): ChannelFault {
  return new ChannelFault('PRECONDITION_FAILED', explanation)
}

export function notAllowed(explanation: string): ConnectionFault {
  return new ConnectionFault('NOT_ALLOWED', explanation)
}

export function notImplemented(explanation: string): ConnectionFault {
  return new ConnectionFault('NOT_IMPLEMENTED', explanation)
}

/** RabbitMQ does not explain its own failures to the client. */
export function internalFault(): ConnectionFault {
  return new ConnectionFault('INTERNAL_ERROR', '', { namesMethod: false })
}
