import { MessagingError } from './errors.ts'

/** What AMQP has for a name, a routing key, and each text among the properties of a message. */
const most = 255

/** Throws PRECONDITION_FAILED, by the name of what is too long. */
export function checkShortString(what: string, text: string): void {
  if (Buffer.byteLength(text) > most) throw tooLong(what, text)
}

export function tooLong(what: string, text: string): MessagingError {
  const bytes = Buffer.byteLength(text)
  return new MessagingError(
    'PRECONDITION_FAILED',
    `${what} has ${bytes} bytes, and AMQP allows ${most}`,
    { remedy: 'use a shorter one; a header and the body may be longer' },
  )
}
