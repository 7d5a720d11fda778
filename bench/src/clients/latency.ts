import { repeatConcurrently } from '../common/concurrency.ts'
import type { LoadRequest } from '../common/load.ts'
import { quantile } from '../common/statistics.ts'

/** Makes the calls of a request, and returns the percentiles of their latency. */
export async function measureLatency(
  { count, concurrency }: LoadRequest,
  call: () => Promise<unknown>,
): Promise<Record<string, number>> {
  const times: number[] = []
  await repeatConcurrently(count, concurrency, async () => {
    const began = performance.now()
    await call()
    times.push(performance.now() - began)
  })
  times.sort((a, b) => a - b)
  return { 'p50 ms': quantile(times, 0.5), 'p99 ms': quantile(times, 0.99) }
}
