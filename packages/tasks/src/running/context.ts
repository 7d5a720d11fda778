import { AsyncLocalStorage } from 'node:async_hooks'

import type { RetryRequest } from './retry.ts'

/** What a running task can know and do. */
export interface TaskContext {
  readonly id: string
  readonly name: string
  /** The first call of everything that this one belongs to. */
  readonly rootId: string
  /** The call that made this one; null if a program made it. */
  readonly parentId: string | null
  /** How often it was retried before; 0 at the first attempt. */
  readonly retries: number
  /** Whether another worker may have started it already, and died. */
  readonly redelivered: boolean
  /** Headers that the caller has added. */
  readonly headers: Readonly<Record<string, unknown>>
  /** Aborted at the soft time limit, when the task is revoked, and at a cold shutdown. */
  readonly signal: AbortSignal
  /** Reports a state of your own to the client, such as `{ done: 3, of: 10 }`. */
  progress(value: unknown, state?: string): Promise<void>
  /** Ends this attempt, and calls the task again later. */
  retry(request?: RetryRequest): never
}

export const contexts = new AsyncLocalStorage<TaskContext>()

/** The task that is running here. Throws outside of one. */
export function currentTask(): TaskContext {
  const context = contexts.getStore()
  if (context === undefined) throw new Error('currentTask() was called outside of a task')
  return context
}
