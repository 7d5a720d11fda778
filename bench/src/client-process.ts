import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

import type { Answer, LoadName, Order } from './clients/load.ts'
import { readJson } from './json.ts'

/** A client at work in a process of its own: JSON lines in, JSON lines out. */
export class ClientProcess implements AsyncDisposable {
  loads: readonly LoadName[] = []
  /** How it was when it was connected and had done nothing yet. */
  resting: Pick<Answer, 'rss'> = { rss: 0 }
  readonly #child: ChildProcessWithoutNullStreams
  readonly #lines: AsyncIterator<string, undefined>
  readonly #closed: Promise<unknown>
  readonly #signal: AbortSignal
  #stderr = ''
  readonly #onAbort = (): void => void this.#child.kill('SIGKILL')

  private constructor([file = '', ...args]: readonly string[], signal: AbortSignal) {
    this.#child = spawn(file, args)
    this.#closed = once(this.#child, 'close')
    // What it said last is in the error of whoever waits for its answer.
    this.#closed.catch(() => {})
    this.#child.stdin.on('error', () => {})
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-2000)
    })
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  /** Starts a client and connects it. */
  static async start(
    command: readonly string[],
    url: string,
    signal: AbortSignal,
  ): Promise<ClientProcess> {
    const started = new ClientProcess(command, signal)
    try {
      const hello = await started.#ask<{ loads: LoadName[]; rss: number }>({ url })
      started.loads = hello.loads
      started.resting = hello
      return started
    } catch (error) {
      await started[Symbol.asyncDispose]()
      throw error
    }
  }

  perform(order: Partial<Order> & Pick<Order, 'load'>): Promise<Answer> {
    return this.#ask({
      count: 1,
      bytes: 100,
      queue: '',
      prefetch: 0,
      autoAck: false,
      window: 1,
      exchange: '',
      ...order,
    })
  }

  async #ask<T>(order: object): Promise<T> {
    this.#child.stdin.write(`${JSON.stringify(order)}\n`)
    const { value } = await this.#lines.next()
    if (value === undefined) throw new Error(`the client ended: ${this.#stderr.trim()}`)
    const answer = readJson<T & { readonly error?: string }>(value)
    if (answer.error !== undefined) throw new Error(answer.error)
    return answer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal.removeEventListener('abort', this.#onAbort)
    this.#child.kill('SIGKILL')
    await this.#closed.catch(() => {})
  }
}
