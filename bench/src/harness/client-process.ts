import { execa } from 'execa'

import { readJson } from '../common/json.ts'
import type { LoadName, LoadRequest, LoadResult } from '../common/load.ts'

/** In milliseconds; the longest load publishes 1,000,000 messages next to all other clients. */
const answerTimeout = 600_000

/** A client program in its own process. It reads and writes lines of JSON. */
export class ClientProcess implements AsyncDisposable {
  supportedLoads: readonly LoadName[] = []
  /** Its memory when it was connected and had not run a load yet, in bytes. */
  idleRss = 0
  readonly #process: ReturnType<typeof spawn>
  readonly #lines: AsyncIterator<string>

  private constructor(command: readonly string[], signal: AbortSignal) {
    this.#process = spawn(command, signal)
    this.#lines = this.#process.iterable()[Symbol.asyncIterator]()
  }

  /** Starts a client and connects it. */
  static async start(
    command: readonly string[],
    url: string,
    signal: AbortSignal,
  ): Promise<ClientProcess> {
    const started = new ClientProcess(command, signal)
    try {
      const { loads, rss } = await started.#ask<{ loads: LoadName[]; rss: number }>({ url })
      started.supportedLoads = loads
      started.idleRss = rss
      return started
    } catch (error) {
      await started[Symbol.asyncDispose]()
      throw error
    }
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  run(
    request: Partial<LoadRequest> & Pick<LoadRequest, 'load'>,
    timeout?: number,
  ): Promise<LoadResult> {
    const defaults = { count: 1, bytes: 100, queue: '', exchange: '', concurrency: 1 }
    return this.#ask({ ...defaults, prefetch: 0, autoAck: false, ...request }, timeout)
  }

  async #ask<T>(request: object, timeout = answerTimeout): Promise<T> {
    this.#process.stdin.write(`${JSON.stringify(request)}\n`)
    let late = false
    const timer = setTimeout(() => {
      late = true
      this.#process.kill('SIGKILL')
    }, timeout)
    const { value, done } = await this.#lines.next()
    clearTimeout(timer)
    if (late) throw new Error(`the client did not answer within ${timeout / 1000} s`)
    if (done === true) {
      const { message } = await this.#process
      throw new Error(`the client exited: ${message ?? 'with code 0'}`)
    }
    const answer = readJson<T & { readonly error?: string }>(value)
    if (answer.error !== undefined) throw new Error(answer.error)
    return answer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#process
  }
}

function spawn([file = '', ...args]: readonly string[], signal: AbortSignal) {
  return execa(file, args, {
    stdin: 'pipe',
    // If it fails, the error shows its stderr, but not the JSON on stdout.
    buffer: { stdout: false },
    cancelSignal: signal,
    killSignal: 'SIGKILL',
    reject: false,
  })
}
