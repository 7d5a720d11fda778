import type { BrokerName } from './brokers.ts'
import { ClientProcess } from './client-process.ts'
import type { Client } from './clients.ts'
import type { Answer, Order } from './clients/load.ts'
import type { Entrant, Runner, Sample } from './row.ts'
import { Warehouse } from './warehouse.ts'

/** A load that one client does on one broker. */
export interface Task {
  readonly order: Partial<Order> & Pick<Order, 'load'>
  /** Default: rabbitmq. */
  readonly broker?: BrokerName
  /** The load works on a queue of its own, with as many messages as it is to consume. */
  readonly consumes?: boolean
  /** What the table calls it. Default: the name of the client. */
  readonly name?: string
}

/** A client that takes part in a row, in a process of its own for as long as the row lasts. */
export function clientEntrant(client: Client, task: Task): Entrant {
  const { order, broker = 'rabbitmq', consumes = false, name = client.name } = task
  return {
    name,
    async enter(stage): Promise<Runner | string> {
      const { url } = await stage.broker(broker)
      const warehouse = await Warehouse.open(url)
      let process: ClientProcess | undefined
      const close = async (): Promise<void> => {
        await process?.[Symbol.asyncDispose]()
        await warehouse[Symbol.asyncDispose]()
      }
      try {
        const queue = `bench ${name}`
        if (consumes) await warehouse.queue(queue)
        process = await ClientProcess.start(client, url, stage.signal)
        const why = whyNot(process, order.load)
        if (process === undefined || why !== undefined) {
          await close()
          return why ?? notInstalled
        }
        return runnerOf(process, { order: { queue, ...order }, warehouse, consumes, close })
      } catch (error) {
        await close()
        throw error
      }
    },
  }
}

/** What the table says of a client whose library is not here. */
export const notInstalled = 'not installed'

/** Why a client takes no part. */
export function whyNot(
  process: ClientProcess | undefined,
  load: Order['load'],
): string | undefined {
  if (process === undefined) return notInstalled
  return process.loads.includes(load) ? undefined : 'has no such way'
}

/** Messages a second, and the CPU of one, from what a client says of a load. */
export function sampleOf({ seconds, cpu, more }: Answer, count: number): Sample {
  return { value: count / seconds, cpu: (cpu * 1e6) / count, ...(more !== undefined && { more }) }
}

interface Work {
  readonly order: Task['order']
  readonly warehouse: Warehouse
  readonly consumes: boolean
  readonly close: () => Promise<void>
}

function runnerOf(process: ClientProcess, { order, warehouse, consumes, close }: Work): Runner {
  return {
    async run(count) {
      const { queue = '', bytes = 100 } = order
      if (consumes) await warehouse.fill(queue, count, bytes)
      return sampleOf(await process.perform({ ...order, count }), count)
    },
    [Symbol.asyncDispose]: close,
  }
}
