/** The field that Node, with a text, and amqplib, with a number, put on their errors. */
interface ForeignError extends Error {
  readonly code?: unknown
}

/** The AMQP reply code of an error, if it has one. */
export function replyCodeOf(error: unknown): number | undefined {
  const code = codeOf(error)
  return typeof code === 'number' ? code : undefined
}

/** The code of Node's error, such as ECONNREFUSED, or AMQP's reply code. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error ? (error as ForeignError).code : undefined
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // An AggregateError (localhost is two addresses) keeps its texts inside.
  return (
    error.message ||
    (error instanceof AggregateError ? error.errors.map(messageOf).join('; ') : error.name)
  )
}

/** What the broker said, without amqplib's words around it. */
export function reasonOf(error: unknown): string {
  const message = messageOf(error)
  const [, quoted] = /with message "(.*)"/s.exec(message) ?? []
  return (quoted ?? message).replaceAll(/\s+/g, ' ')
}
