import { setTimeout as pause } from 'node:timers/promises'

import { deadline } from './deadline.ts'

/**
 * Resolves with the first value of `probe` that is neither undefined, false nor a rejection; asks
 * again every `interval` milliseconds. After `timeout` milliseconds it rejects with the last error,
 * or says that `what` never came.
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  { timeout = deadline, interval = 20 } = {},
): Promise<T> {
  const end = Date.now() + timeout
  let cause: unknown
  do {
    try {
      const value = await probe()
      if (value !== undefined && value !== false) return value
    } catch (error) {
      cause = error
    }
    await pause(interval)
  } while (Date.now() < end)
  throw new Error(`waited ${timeout} ms in vain for ${what}`, { cause })
}
