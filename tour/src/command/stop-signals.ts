const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface StopSignals extends Disposable {
  /** Aborted by the first signal: shut down gracefully. */
  readonly stop: AbortSignal
  /** Aborted by the second: stop at once, but still clean up. */
  readonly kill: AbortSignal
}

/** Listens for Ctrl-C and similar signals, and for the end of whatever reads our output. */
export function listenForStop(): StopSignals {
  const first = new AbortController()
  const second = new AbortController()
  const stop = (): void => {
    if (first.signal.aborted) second.abort()
    first.abort()
  }
  for (const signal of signals) process.on(signal, stop)
  process.stdout.on('error', stop)
  return {
    stop: first.signal,
    kill: second.signal,
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, stop)
    },
  }
}
