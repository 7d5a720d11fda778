import { maskText, MessagingError } from '@messaging-patterns/shared'

/** What an error that is not the program's fault says to the learner: what happened, and what to do. */
export function explain(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const remedy = error instanceof MessagingError && error.remedy ? `; ${error.remedy}` : ''
  return maskText(`${text}${remedy}`)
}
