import { AsyncLocalStorage } from 'node:async_hooks'

/** The task on whose behalf calls are made. */
export interface Caller {
  readonly id: string
  readonly rootId: string
  /** The ids of the calls that it has made. */
  readonly children: string[]
}

/** Tells a call inside a task which task makes it. */
export const callers = new AsyncLocalStorage<Caller>()
