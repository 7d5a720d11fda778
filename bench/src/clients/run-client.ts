import { createInterface } from 'node:readline'

import { readJson } from '../common/json.ts'
import type { LoadName, LoadRequest, LoadResult } from '../common/load.ts'

/** For a load that also does work that must not be measured, before or after. */
export interface Stopwatch {
  start(): void
  stop(): void
}

/** Runs a load; may return additional values. */
export type LoadHandler = (
  request: LoadRequest,
  stopwatch: Stopwatch,
) => Promise<LoadResult['extra']>

/** The loads that a client supports. It is skipped in benchmarks of other loads. */
export type LoadHandlers = Readonly<Partial<Record<LoadName, LoadHandler>>>

/**
 * The main function of a client program. The first line on stdin has the URL to connect to, and each
 * further line is a request. Each is answered with one line on stdout.
 */
export async function runClient(connect: (url: string) => Promise<LoadHandlers>): Promise<void> {
  const lines = createInterface({ input: process.stdin })
  // The benchmark has ended. Not every library can abandon its work, so its connection would keep the
  // process running.
  lines.on('close', () => process.exit())
  let handlers: LoadHandlers | undefined
  for await (const line of lines) {
    try {
      if (handlers === undefined) {
        handlers = await connect(readJson<{ url: string }>(line).url)
        answer({ loads: Object.keys(handlers), rss: process.memoryUsage.rss() })
      } else answer(await run(readJson<LoadRequest>(line), handlers))
    } catch (error) {
      answer({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  }
}

function answer(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

async function run(request: LoadRequest, handlers: LoadHandlers): Promise<LoadResult> {
  const handler = handlers[request.load]
  if (handler === undefined) throw new Error(`this client does not support "${request.load}"`)
  let [began, cpuBefore] = [performance.now(), process.cpuUsage()]
  let measured: Pick<LoadResult, 'seconds' | 'cpu'> | undefined
  const stopwatch: Stopwatch = {
    start() {
      ;[began, cpuBefore] = [performance.now(), process.cpuUsage()]
    },
    stop() {
      const { user, system } = process.cpuUsage(cpuBefore)
      measured = { seconds: (performance.now() - began) / 1e3, cpu: (user + system) / 1e6 }
    },
  }
  const extra = await handler(request, stopwatch)
  if (measured === undefined) stopwatch.stop()
  const { seconds = 0, cpu = 0 } = measured ?? {}
  return { seconds, cpu, rss: process.memoryUsage.rss(), ...(extra !== undefined && { extra }) }
}
