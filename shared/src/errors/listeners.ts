/**
 * Calls a listener that the user of this package gave us. If it throws, the error ends the program,
 * as in any event listener; it does not disturb the work that the listener was told about.
 */
export function callListener(call: () => void): void {
  try {
    call()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}

/** What is done with a failure that nobody listens for: a line on stderr. */
export function warn(text: string): void {
  process.emitWarning(text)
}
