import type { LoadName, LoadResult } from '../common/load.ts'
import type { Candidate, Sample } from './benchmark.ts'
import { isInstalled, type BrokerName } from './brokers/brokers.ts'
import { ClientProcesses } from './client-processes.ts'
import type { Client } from './clients.ts'

/** What a client has to do in a benchmark. */
export interface ClientTask {
  /** Starts one process per load. A client that does not support all of them is skipped. */
  readonly loads: readonly LoadName[]
  /** Default: rabbitmq. */
  readonly broker?: BrokerName
  /** The candidate's name in tables. Default: the client's name. */
  readonly name?: string
  /** Called before the first round. */
  readonly prepare?: (processes: ClientProcesses) => Promise<unknown>
  /** Runs one round with `count` messages. */
  readonly run: (processes: ClientProcesses, count: number) => Promise<Sample>
}

/** Measures a client, in processes that exist as long as the benchmark runs. */
export function clientCandidate(client: Client, task: ClientTask): Candidate {
  return {
    name: task.name ?? client.name,
    async start(brokers) {
      const { url, streamUrl } = await brokers.get(task.broker ?? 'rabbitmq')
      const { server } = client
      if (server !== undefined && !(await isInstalled(server))) return 'not installed'
      const serverUrl = server === undefined ? url : (await brokers.get(server)).url
      const clientUrl = client.usesStreamProtocol === true ? streamUrl : serverUrl
      if (clientUrl === undefined) return 'no stream protocol'
      const processes = await ClientProcesses.start(client, {
        url,
        clientUrl,
        loads: task.loads,
        signal: brokers.signal,
      })
      if (typeof processes === 'string') return processes
      const close = (): Promise<void> => processes[Symbol.asyncDispose]()
      try {
        await task.prepare?.(processes)
      } catch (error) {
        await close()
        throw error
      }
      return { run: (count) => task.run(processes, count), [Symbol.asyncDispose]: close }
    },
  }
}

/** Messages per second, and CPU time per message if it is known. */
export function sampleOf({ seconds, cpu, extra }: Omit<LoadResult, 'rss'>, count: number): Sample {
  return {
    value: count / seconds,
    ...(Number.isFinite(cpu) && { cpu: (cpu * 1e6) / count }),
    ...(extra !== undefined && { extra }),
  }
}
