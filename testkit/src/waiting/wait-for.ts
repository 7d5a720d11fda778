import { setTimeout as pause } from 'node:timers/promises'

import { deadline } from './deadline.ts'

/**
 * Calls `probe` every `interval` milliseconds, and resolves with the first value that is neither
 * undefined nor false; a rejection counts as "not yet". After `timeout` milliseconds it rejects,
 * with the last rejection of `probe` as the cause, even if a promise of `probe` never settles.
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  { timeout = deadline, interval = 20 } = {},
): Promise<T> {
  const end = Date.now() + timeout
  let cause: unknown
  do {
    const probed = new AbortController()
    try {
      const rest = pause(end - Date.now(), undefined, probed)
      const value = await Promise.race([rest, (async () => probe())()])
      if (value !== undefined && value !== false) return value
    } catch (error) {
      cause = error
    } finally {
      probed.abort()
    }
    await pause(interval)
  } while (Date.now() < end)
  throw new Error(`timed out after ${timeout} ms waiting for ${what}`, { cause })
}
