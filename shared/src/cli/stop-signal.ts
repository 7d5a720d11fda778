/** A signal that is aborted when the program should end. */
export interface StopSignal {
  readonly signal: AbortSignal
  /** Stops listening for SIGINT and SIGTERM, so that the process can end. */
  forget(): void
}

/** What is notified when the program should end. */
export interface StopListeners {
  readonly onStop: () => void
  /** Output was lost, for example because the disk is full. */
  readonly onOutputError: (error: Error) => void
}

/**
 * Aborts on the first SIGINT or SIGTERM. The second one finds no handler, so it ends the process.
 * It also aborts when nothing can be printed anymore. If that is because the reader of our output
 * has exited, as in `| head`, it is not an error.
 */
export function stopOnSignal({ onStop, onOutputError }: StopListeners): StopSignal {
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
  let failed = false
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE' && !failed) {
      failed = true
      onOutputError(error)
    }
    stop()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  // These two stay: every line that is still printed fails again.
  process.stdout.on('error', onError)
  process.stderr.on('error', onError)
  return { signal: controller.signal, forget }
}
