interface WorkerOptions {
  readonly workerData: unknown
}

const isThread = self.name === 'thread'

/** A thread is another worker, which gets its data as the first message. */
export class Worker {
  readonly #worker: globalThis.Worker

  constructor(script: URL, { workerData }: WorkerOptions) {
    this.#worker = new globalThis.Worker(script, { type: 'module', name: 'thread' })
    this.#worker.postMessage(workerData)
  }

  /** It does not exit by itself. */
  once(name: 'message' | 'error' | 'exit', listener: (value: unknown) => void): this {
    this.#worker.addEventListener(
      name,
      (event) => listener(event instanceof MessageEvent ? event.data : failureOf(event)),
      { once: true },
    )
    return this
  }

  async terminate(): Promise<void> {
    this.#worker.terminate()
  }
}

function failureOf(event: Event): Error {
  event.preventDefault()
  return new Error(event instanceof ErrorEvent ? event.message : 'the thread could not be started')
}

export const workerData: unknown = isThread
  ? await new Promise((resolve) =>
      addEventListener('message', ({ data }) => resolve(data), { once: true }),
    )
  : null

export const parentPort = isThread
  ? { postMessage: (message: unknown) => postMessage(message) }
  : null
