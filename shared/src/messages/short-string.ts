import { MessagingError } from '../errors/messaging-error.ts'

/** The bytes that AMQP has for a name, a routing key and each text property of a message. */
const limit = 255

/**
 * Throws PRECONDITION_FAILED, with what it is, if it is not a string, which a program without a type
 * check can pass, or if it is longer than AMQP allows.
 *
 * @param remedy What to pass instead of anything but a string.
 */
export function checkShortString(what: string, text: unknown, remedy?: string): void {
  if (typeof text !== 'string')
    throw new MessagingError(
      'PRECONDITION_FAILED',
      `${what} must be a string, not ${typeName(text)}`,
      { remedy },
    )
  if (Buffer.byteLength(text) > limit) throw tooLong(what, text)
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

export function tooLong(what: string, text: string): MessagingError {
  const bytes = Buffer.byteLength(text)
  return new MessagingError(
    'PRECONDITION_FAILED',
    `${what} has ${bytes} bytes, and AMQP allows ${limit}`,
    { remedy: 'use a shorter one; a header and the body may be longer' },
  )
}
