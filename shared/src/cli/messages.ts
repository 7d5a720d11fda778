import { series } from './series.ts'

/** The text of numbered messages, or a function that writes message number 0, 1 and so on. */
export type Series = string | ((number: number) => string)

/** What the command line says about the messages to send. */
export interface MessagesOptions {
  /** The words of the one message to send, if any were given. */
  readonly words: readonly string[]
  readonly count: number
  /** When aborted, no further message follows. */
  readonly signal: AbortSignal
}

/** The messages that a producer sends: the words it was given, or else the series. */
export function* messages(
  given: Series,
  { words, count, signal }: MessagesOptions,
): Generator<string, void, undefined> {
  for (const body of bodiesOf(words.length > 0 ? () => words.join(' ') : given, count)) {
    if (signal.aborted) return
    yield body
  }
}

function* bodiesOf(given: Series, count: number): Generator<string, void, undefined> {
  if (typeof given === 'string') yield* series(given, count)
  else for (let number = 0; number < count; number++) yield given(number)
}
