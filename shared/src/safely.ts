/**
 * Calls what a user of this package gave us to call. If that throws, the error ends the program, as
 * one in any event listener does; it does not end the work that we were about.
 */
export function safely(call: () => void): void {
  try {
    call()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
