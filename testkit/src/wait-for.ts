import { setTimeout as pause } from 'node:timers/promises'

/**
 * Calls `probe` every `interval` milliseconds, and resolves with the first value that is neither
 * undefined nor false; a rejection counts as "not yet". After `timeout` milliseconds (10,000 by
 * default) it rejects, with the last rejection of `probe` as the cause.
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
  throw new Error(`timed out after ${timeout} ms waiting for ${what}`, { cause })
}
