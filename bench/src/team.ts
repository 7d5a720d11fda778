import { ClientProcess } from './client-process.ts'
import type { Client } from './clients.ts'
import type { Answer, LoadName, Order } from './clients/load.ts'
import type { Stage } from './stage.ts'
import { Warehouse } from './warehouse.ts'

/** Room for what lives long: without it chance decides whose garbage is dear, see the README. */
const room = '--initial-old-space-size=256'

/** The processes of one client for a row, one for each load that they do at the same time. */
export class Team implements AsyncDisposable {
  /** A queue of the team's own, if the row declares it. */
  readonly queue: string
  readonly warehouse: Warehouse
  readonly #processes = new Map<LoadName, ClientProcess>()

  private constructor(queue: string, warehouse: Warehouse) {
    this.queue = queue
    this.warehouse = warehouse
  }

  /** A text says why the client takes no part. */
  static async gather(
    client: Client,
    { stage, url, loads }: { stage: Stage; url: string; loads: readonly LoadName[] },
  ): Promise<Team | string> {
    const command = client.command()
    if (command === undefined) return 'not installed'
    const team = new Team(`bench ${client.name}`, await Warehouse.open(url))
    try {
      await Promise.all(
        loads.map(async (load) => {
          team.#processes.set(load, await ClientProcess.start(roomy(command), url, stage.signal))
        }),
      )
      if ([...team.#processes].every(([load, process]) => process.loads.includes(load))) return team
      await team[Symbol.asyncDispose]()
      return 'takes no part'
    } catch (error) {
      await team[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Has the process that is there for this load do it. */
  perform(load: LoadName, order: Partial<Order> = {}): Promise<Answer> {
    const process = this.#processes.get(load)
    if (process === undefined) throw new Error(`nobody in the team does "${load}"`)
    return process.perform({ load, queue: this.queue, ...order })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const process of this.#processes.values()) await process[Symbol.asyncDispose]()
    await this.warehouse[Symbol.asyncDispose]()
  }
}

function roomy(command: readonly string[]): readonly string[] {
  const [interpreter = '', ...args] = command
  return interpreter === process.execPath ? [interpreter, room, ...args] : command
}
