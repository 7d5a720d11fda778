import type { LoadName, LoadRequest, LoadResult } from '../common/load.ts'
import { ClientProcess } from './client-process.ts'
import type { Client } from './clients.ts'
import { Fixture } from './fixture.ts'
import { cpuOfTree } from './usage.ts'

/** Keeps the timing of garbage collection from favoring one client at random; see the README. */
const heapOption = '--initial-old-space-size=256'

/** The processes of one client in a benchmark: one for each load, so that loads can run in parallel. */
export class ClientProcesses implements AsyncDisposable {
  /** A queue name for this client. The benchmark declares the queue if it needs one. */
  readonly queue: string
  readonly fixture: Fixture
  readonly #processes = new Map<LoadName, ClientProcess>()

  private constructor(queue: string, fixture: Fixture) {
    this.queue = queue
    this.fixture = fixture
  }

  /** Resolves with a text if the client has to be skipped. */
  static async start(
    client: Client,
    {
      url,
      clientUrl,
      loads,
      signal,
    }: {
      /** For the fixture. */
      readonly url: string
      readonly clientUrl: string
      readonly loads: readonly LoadName[]
      readonly signal: AbortSignal
    },
  ): Promise<ClientProcesses | string> {
    const command = await client.command()
    if (command === undefined) return 'not installed'
    const processes = new ClientProcesses(`bench ${client.name}`, await Fixture.connect(url))
    try {
      await Promise.all(
        loads.map(async (load) => {
          const process = await ClientProcess.start(withLargeHeap(command), clientUrl, signal)
          processes.#processes.set(load, process)
        }),
      )
      if (processes.#supportAll()) return processes
      await processes[Symbol.asyncDispose]()
      return 'not supported'
    } catch (error) {
      await processes[Symbol.asyncDispose]()
      throw error
    }
  }

  #supportAll(): boolean {
    return [...this.#processes].every(([load, { supportedLoads }]) => supportedLoads.includes(load))
  }

  /** Runs a load in the process that was started for it. */
  run(load: LoadName, request: Partial<LoadRequest> = {}): Promise<LoadResult> {
    return this.#processFor(load).run({ load, queue: this.queue, ...request })
  }

  /** The CPU time of the process for a load and its descendants since they started, in seconds. */
  cpuOf(load: LoadName): Promise<number> {
    return cpuOfTree(this.#processFor(load).pid)
  }

  #processFor(load: LoadName): ClientProcess {
    const process = this.#processes.get(load)
    if (process === undefined) throw new Error(`no process was started for "${load}"`)
    return process
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const process of this.#processes.values()) await process[Symbol.asyncDispose]()
    await this.fixture[Symbol.asyncDispose]()
  }
}

function withLargeHeap(command: readonly string[]): readonly string[] {
  const [interpreter = '', ...args] = command
  return interpreter === process.execPath ? [interpreter, heapOption, ...args] : command
}
