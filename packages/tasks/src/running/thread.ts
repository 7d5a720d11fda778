import { Worker } from 'node:worker_threads'

import { TaskFailure, type FailureDetails } from '../protocol/failure.ts'
import { contexts } from './context.ts'

/** What a thread posts when its function has ended. */
type Ending =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false
      readonly error: unknown
      /** The name of the error, because only JavaScript's own error classes survive the transfer. */
      readonly name?: string
      readonly failure?: FailureDetails
    }

/**
 * Returns a function that runs an exported function of a module in a thread of its own, for work that
 * would block all other tasks of the worker. The thread is terminated when the task's signal is aborted:
 * at a time limit, by revoking the task, or at a cold shutdown.
 *
 * @example
 * const fibonacci = inThread<(n: number) => number>(new URL('./fibonacci.ts', import.meta.url), 'fibonacci')
 * tasks.define('tasks.fibonacci', fibonacci)
 */
export function inThread<F extends (...args: never[]) => unknown>(
  module: URL,
  name: string,
): (...args: Parameters<F>) => Promise<Awaited<ReturnType<F>>> {
  return async (...args): Promise<Awaited<ReturnType<F>>> => {
    const signal = contexts.getStore()?.signal
    signal?.throwIfAborted()
    const thread = new Worker(new URL('./thread-entry.mjs', import.meta.url), {
      workerData: { module: module.href, name, args },
      // Not the program's own arguments, such as a test runner's.
      execArgv: [],
    })
    try {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the type that the caller named
      return (await endOf(thread, signal)) as Awaited<ReturnType<F>>
    } finally {
      // It may have timers or sockets, which would keep it alive.
      await thread.terminate()
    }
  }
}

async function endOf(thread: Worker, signal: AbortSignal | undefined): Promise<unknown> {
  const ending = await new Promise<Ending>((resolve, reject) => {
    thread.once('message', resolve)
    thread.once('error', reject)
    thread.once('exit', (code) => {
      reject(new Error(`the thread exited with code ${code} before it had a result`))
    })
    signal?.addEventListener(
      'abort',
      () => {
        reject(signal.reason)
      },
      { once: true },
    )
  })
  if (ending.ok) return ending.value
  const { error, name, failure } = ending
  if (failure !== undefined) throw new TaskFailure(failure)
  if (error instanceof Error && name !== undefined) error.name = name
  throw error
}
