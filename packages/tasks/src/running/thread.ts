import { Worker } from 'node:worker_threads'

import { contexts } from './context.ts'

/**
 * A function that runs an exported function of a module in a thread of its own, for work that would
 * block all other tasks of the worker. The thread is terminated when the task is aborted: by a time
 * limit, by a revoke, or by a cold shutdown.
 *
 * @example
 * const fibonacci = inThread<(n: number) => number>(new URL('./fibonacci.ts', import.meta.url), 'fibonacci')
 * tasks.define('tasks.fibonacci', fibonacci)
 */
export function inThread<F extends (...args: never[]) => unknown>(
  module: URL,
  name: string,
): (...args: Parameters<F>) => Promise<Awaited<ReturnType<F>>> {
  return (...args) =>
    new Promise((resolve, reject) => {
      const signal = contexts.getStore()?.signal
      const thread = new Worker(new URL('./thread-entry.mjs', import.meta.url), {
        workerData: { module: module.href, name, args },
        // Not the program's own arguments, such as a test runner's.
        execArgv: [],
      })
      const stop = (): void => {
        reject(signal?.reason)
        void thread.terminate()
      }
      signal?.addEventListener('abort', stop, { once: true })
      thread.once('message', resolve)
      thread.once('error', reject)
      thread.once('exit', (code) => {
        signal?.removeEventListener('abort', stop)
        reject(new Error(`the thread exited with code ${code} before it had a result`))
      })
    })
}
