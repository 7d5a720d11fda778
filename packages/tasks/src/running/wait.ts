/** The longest delay of a timer, 24 days. With a longer one, it would fire immediately. */
const longestDelay = 2 ** 31 - 1

/** Like setTimeout, but a delay of more than 24 days is shortened to that. */
export function startTimer(milliseconds: number, done: () => void): NodeJS.Timeout {
  return setTimeout(done, Math.min(milliseconds, longestDelay))
}

/** Waits for this long, or until one of the signals is aborted. */
export async function wait(
  milliseconds: number,
  ...signals: readonly AbortSignal[]
): Promise<void> {
  if (milliseconds <= 0 || signals.some((each) => each.aborted)) return
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      for (const signal of signals) signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = startTimer(milliseconds, done)
    for (const signal of signals) signal.addEventListener('abort', done)
  })
}
