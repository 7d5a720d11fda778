import { createInterface } from 'node:readline'

import { readJson } from '../json.ts'
import type { Answer, LoadName, Order } from './load.ts'

/** For a load that has more to do than what is measured: before it, or after it. */
export interface Stopwatch {
  start(): void
  stop(): void
}

/** Does a load; it may return figures of its own. */
export type Load = (order: Order, stopwatch: Stopwatch) => Promise<Answer['more']>

/** What a client can do; the rows of other loads it leaves out. */
export type Loads = Readonly<Partial<Record<LoadName, Load>>>

/**
 * The main program of a client. The first line on stdin is the URL to connect to, each further one
 * an order; each is answered by a line on stdout.
 */
export async function serve(connect: (url: string) => Promise<Loads>): Promise<void> {
  const lines = createInterface({ input: process.stdin })
  // Whoever gave the orders has gone. Not each of the libraries can drop what is under way, and its
  // connection would keep the process.
  lines.on('close', () => process.exit())
  let loads: Loads | undefined
  for await (const line of lines) {
    try {
      if (loads === undefined) {
        loads = await connect(readJson<{ url: string }>(line).url)
        say({ loads: Object.keys(loads), rss: process.memoryUsage.rss() })
      } else say(await perform(readJson<Order>(line), loads))
    } catch (error) {
      say({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  }
}

function say(facts: object): void {
  process.stdout.write(`${JSON.stringify(facts)}\n`)
}

async function perform(order: Order, loads: Loads): Promise<Answer> {
  const load = loads[order.load]
  if (load === undefined) throw new Error(`this client has no load "${order.load}"`)
  let [began, cpuBefore] = [performance.now(), process.cpuUsage()]
  let figures: Pick<Answer, 'seconds' | 'cpu'> | undefined
  const stopwatch: Stopwatch = {
    start() {
      ;[began, cpuBefore] = [performance.now(), process.cpuUsage()]
    },
    stop() {
      const { user, system } = process.cpuUsage(cpuBefore)
      figures = { seconds: (performance.now() - began) / 1e3, cpu: (user + system) / 1e6 }
    },
  }
  const more = await load(order, stopwatch)
  if (figures === undefined) stopwatch.stop()
  const { seconds = 0, cpu = 0 } = figures ?? {}
  return { seconds, cpu, rss: process.memoryUsage.rss(), ...(more !== undefined && { more }) }
}
