import { setTimeout as pause } from 'node:timers/promises'

/**
 * Resolves with the first value of `probe` that is neither undefined, false nor a rejection; asks
 * again every `interval` milliseconds. After `timeout` milliseconds (10,000 by default) it rejects
 * with the last error, or says that `what` never came.
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  { timeout = 10_000, interval = 20 } = {},
): Promise<T> {
  const deadline = Date.now() + timeout
  let cause: unknown
  do {
    try {
      const value = await probe()
      if (value !== undefined && value !== false) return value
    } catch (error) {
      cause = error
    }
    await pause(interval)
  } while (Date.now() < deadline)
  throw new Error(`waited ${timeout} ms in vain for ${what}`, { cause })
}
