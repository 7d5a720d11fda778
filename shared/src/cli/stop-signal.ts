/** A signal that is aborted when the program should end, until it is forgotten. */
export interface StopSignal {
  readonly signal: AbortSignal
  forget(): void
}

/**
 * Aborts on the first SIGINT or SIGTERM; a second one finds no handler and ends the process. Also
 * when whoever read our lines has gone (| head): there is nobody to work for then.
 */
export function stopOnSignal(onStop: () => void): StopSignal {
  const controller = new AbortController()
  const forget = (): void => {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
  const stop = (): void => {
    forget()
    if (controller.signal.aborted) return
    onStop()
    controller.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  // These stay: each line that is still printed fails again.
  process.stdout.on('error', stop)
  process.stderr.on('error', stop)
  return { signal: controller.signal, forget }
}
