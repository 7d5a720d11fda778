import { AsyncLocalStorage } from 'node:async_hooks'

import type { Delivery } from '@messaging-patterns/shared'

import type { Signature } from '../protocol/signature.ts'
import type { TaskSignature } from '../protocol/task-signature.ts'
import type { RetryRequest } from './retry.ts'

/** Where the message of a call was published, as in Celery's `self.request.delivery_info`. */
export interface DeliveryInfo {
  /** The default exchange has the name ''. */
  readonly exchange: string
  readonly routingKey: string
  /** The queue that delivered it to this worker. */
  readonly queue: string
}

/** What a running task can find out and do. */
export interface TaskContext {
  readonly id: string
  readonly name: string
  /** The call that started everything that this one belongs to. */
  readonly rootId: string
  /** The call whose task made this one, or its own id after a retry; null if a program made it. */
  readonly parentId: string | null
  /** How often the call has been retried; 0 at the first attempt. */
  readonly retries: number
  /** The priority that the caller has given it; undefined if it has none. A Python client gives 0 by default. */
  readonly priority: number | undefined
  /** How the message of the call came here. */
  readonly deliveryInfo: DeliveryInfo
  /** Whether it was delivered before: another worker may have started it, and died. */
  readonly redelivered: boolean
  /** Headers that the caller has added. */
  readonly headers: Readonly<Record<string, unknown>>
  /** The properties of the message, such as `appId`. A retry is a message of its own, and has only those that Celery uses. */
  readonly properties: Delivery['message']['properties']
  /** Aborted at a time limit, when the running task is revoked, and at a cold shutdown. */
  readonly signal: AbortSignal
  /** Reports progress to the client, such as `{ done: 3, of: 10 }`. Default state: `PROGRESS`. */
  progress(value: unknown, state?: string): Promise<void>
  /** Ends this attempt, and calls the task again later. */
  retry(request?: RetryRequest): never
  /**
   * Ends this attempt, and makes another call in its place: a task, or a chain, a group or a chord. That
   * has the id of this call, the same client, chain and chord, and its result is that of this call.
   * Nothing after it runs. Write `return currentTask().replace(...)`, so that the result has its type.
   */
  replace<R>(next: TaskSignature<R>): R
}

/** Thrown by {@link TaskContext.replace}: not an error, but the end of this attempt. */
export class Replace extends Error {
  override readonly name = 'Replace'
  readonly signature: Signature

  constructor(signature: Signature) {
    super('another call takes the place of this one')
    this.signature = signature
  }
}

export const contexts = new AsyncLocalStorage<TaskContext>()

/** The task that is running here. Throws outside of one. */
export function currentTask(): TaskContext {
  const context = contexts.getStore()
  if (context === undefined) throw new Error('currentTask() was called outside of a task')
  return context
}
