/** A signal that is aborted when the program should end. */
export interface StopSignal {
  readonly signal: AbortSignal
  /** Stops listening for SIGINT and SIGTERM, so that the process can end. */
  forget(): void
}

/**
 * Aborts on the first SIGINT or SIGTERM. The second one finds no handler, so it ends the process.
 * It also aborts when the reader of our output has exited, as in `| head`.
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
  // These two stay: every line that is still printed fails again.
  process.stdout.on('error', stop)
  process.stderr.on('error', stop)
  return { signal: controller.signal, forget }
}
