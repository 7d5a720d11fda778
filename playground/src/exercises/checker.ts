import type { CheckAnswer, CheckRequest, Verdict } from '../check-worker/protocol.ts'

/** The event has no message if the script of the worker could not be loaded. */
type Failure = Partial<Pick<ErrorEvent, 'message'>>

/** Checks programs, each in a worker that is not used again: a check leaves nothing behind. */
export class Checker implements Disposable {
  readonly #script: string
  #worker: Worker | undefined

  /** `files` is the address of the build's folder. */
  constructor(files: string) {
    this.#script = new URL('exercises.js', new URL(files, document.baseURI)).href
  }

  /** Ends a check that is still running. Rejects if the check could not run. */
  check(request: CheckRequest): Promise<Verdict> {
    this[Symbol.dispose]()
    const worker = new Worker(this.#script, { type: 'module', name: 'check' })
    this.#worker = worker
    const { port1, port2 } = new MessageChannel()
    return new Promise<Verdict>((resolve, reject) => {
      worker.addEventListener(
        'error',
        ({ message = 'a file of it could not be loaded' }: Failure) => {
          worker.terminate()
          reject(new Error(message))
        },
      )
      port1.addEventListener('message', ({ data }: MessageEvent<CheckAnswer>) => {
        worker.terminate()
        if ('verdict' in data) resolve(data.verdict)
        else reject(new Error(data.problem))
      })
      port1.start()
      worker.postMessage(request, [port2])
    })
  }

  [Symbol.dispose](): void {
    this.#worker?.terminate()
  }
}
