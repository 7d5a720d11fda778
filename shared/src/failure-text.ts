import type { Delivery } from './delivery.ts'
import { MessagingError } from './errors.ts'

/** The error of a handler, with its likely cause if the message does not say what its body is. */
export function failureText(error: unknown, { message }: Delivery): string {
  const text = String(error)
  return message.properties.contentType === undefined && !(error instanceof MessagingError)
    ? `${text}; its message has no content type, so its body is a Buffer: read it with delivery.json() or delivery.text()`
    : text
}
