import { quantile } from '../statistics.ts'
import type { Order } from './load.ts'

/** Runs `task` so many times, and keeps a window of them under way. */
export async function underWay(
  count: number,
  window: number,
  task: () => Promise<unknown>,
): Promise<void> {
  let left = count
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      await task()
    }
  }
  await Promise.all(Array.from({ length: Math.min(window, count) }, worker))
}

/** Makes the calls of an order, and says how long they took. */
export async function timeCalls(
  { count, window }: Order,
  call: () => Promise<unknown>,
): Promise<Record<string, number>> {
  const times: number[] = []
  await underWay(count, window, async () => {
    const began = performance.now()
    await call()
    times.push(performance.now() - began)
  })
  times.sort((a, b) => a - b)
  return { 'p50 ms': quantile(times, 0.5), 'p99 ms': quantile(times, 0.99) }
}
