/** Signals that would otherwise end the process before tracing is off. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface GracefulStop extends Disposable {
  readonly signal: AbortSignal
}

/**
 * Like `signal`, and aborted by the end of the terminal. Until it is disposed of, no second Ctrl-C
 * ends the process: it would leave tracing on.
 */
export function stopGracefully(signal: AbortSignal): GracefulStop {
  const controller = new AbortController()
  const stop = (): void => controller.abort()
  for (const name of signals) process.on(name, stop)
  return {
    signal: AbortSignal.any([signal, controller.signal]),
    [Symbol.dispose]() {
      for (const name of signals) process.off(name, stop)
    },
  }
}
