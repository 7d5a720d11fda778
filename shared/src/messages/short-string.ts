import { MessagingError } from '../errors/messaging-error.ts'

/** The bytes that AMQP has for a name, a routing key and each text property of a message. */
const limit = 255

/** Throws PRECONDITION_FAILED, with what it is and how long, if a text is longer than AMQP allows. */
export function checkShortString(what: string, text: string): void {
  if (Buffer.byteLength(text) > limit) throw tooLong(what, text)
}

export function tooLong(what: string, text: string): MessagingError {
  const bytes = Buffer.byteLength(text)
  return new MessagingError(
    'PRECONDITION_FAILED',
    `${what} has ${bytes} bytes, and AMQP allows ${limit}`,
    { remedy: 'use a shorter one; a header and the body may be longer' },
  )
}
