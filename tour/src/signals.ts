const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface Stop extends Disposable {
  /** Aborted by the first signal: stop in good order. */
  readonly signal: AbortSignal
  /** Aborted by the second: stop at once, but leave nothing behind all the same. */
  readonly hurry: AbortSignal
}

/** Listens for Ctrl-C and its like, and for a reader of our lines who has gone. */
export function stopOnSignals(): Stop {
  const first = new AbortController()
  const second = new AbortController()
  const stop = (): void => {
    if (first.signal.aborted) second.abort()
    first.abort()
  }
  for (const signal of signals) process.on(signal, stop)
  process.stdout.on('error', stop)
  return {
    signal: first.signal,
    hurry: second.signal,
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, stop)
    },
  }
}
