import { MessagingError } from '@messaging-patterns/shared'

import type { TaskFailure } from '../protocol/failure.ts'
import { startTimer } from '../running/wait.ts'
import { isFinal, type TaskState, type TaskUpdate } from '../protocol/result-message.ts'

/** The options of {@link TaskResult.get}. */
export interface GetOptions {
  /** Milliseconds to wait before rejecting with TIMEOUT; Infinity waits as long as a timer can, 24 days. Default: 30,000. */
  readonly timeout?: number
  /** Stops waiting when aborted. */
  readonly signal?: AbortSignal
}

/** The result of a call, a chain, a group or a chord. */
export interface AnyResult {
  /** The previous result in the chain; undefined for its first task, and for a single task. */
  readonly parent: AnyResult | undefined
  readonly isReady: boolean
  get(options?: GetOptions): Promise<unknown>
}

/** The state of a call and, in the end, its result. */
export class TaskResult<R> implements AnyResult {
  readonly id: string
  readonly parent: AnyResult | undefined
  /** Whether the worker sends no results, as the call asked for. */
  readonly ignored: boolean
  #last: TaskUpdate | undefined
  /** Reports that arrived before the caller had this object: a worker may be faster than the confirm. */
  #early: TaskUpdate[] | undefined = []
  /** Why no further report can arrive. */
  #lost: Error | undefined
  readonly #listeners = new Set<() => void>()

  constructor(
    id: string,
    about: { readonly parent?: AnyResult | undefined; ignored?: boolean } = {},
  ) {
    this.id = id
    this.parent = about.parent
    this.ignored = about.ignored ?? false
  }

  /** @internal Called for each message about the task. */
  update(update: TaskUpdate): void {
    // A worker died after it had reported this, so another one ran the task again.
    if (this.isReady) return
    this.#last = update
    this.#early?.push(update)
    for (const listener of this.#listeners) listener()
  }

  /** @internal From now on, {@link updates} begins with the last report. */
  dropEarly(): void {
    this.#early = undefined
  }

  /** @internal Called when its client can no longer receive reports. */
  lose(reason: Error): void {
    this.#lost = reason
    for (const listener of this.#listeners) listener()
  }

  /** @internal Resolves when the state is final, or no further report can arrive. */
  ended(): Promise<void> {
    return new Promise((resolve) => {
      const listener = (): void => {
        if (!this.isReady && this.#lost === undefined) return
        this.#listeners.delete(listener)
        resolve()
      }
      this.#listeners.add(listener)
    })
  }

  /** The last state that a worker has reported; PENDING before the first report. */
  get state(): TaskState {
    return this.#last?.state ?? 'PENDING'
  }

  /** The progress that the task has reported last. */
  get progress(): unknown {
    return this.isReady ? undefined : this.#last?.value
  }

  /** Why the call failed, was revoked, or is retried. */
  get failure(): TaskFailure | undefined {
    return this.#last?.failure
  }

  /** The ids of the calls that the task has made. */
  get children(): readonly string[] {
    return this.#last?.children ?? []
  }

  /** Whether the state is final. */
  get isReady(): boolean {
    return isFinal(this.state)
  }

  /**
   * Resolves with what the task returned. If the result is ignored, it resolves with undefined immediately.
   *
   * Rejects with a {@link TaskFailure} if the task failed, with a {@link TaskRevoked} if it was revoked or
   * had expired, with TIMEOUT if there is no result in time, or with the error that ended the session.
   */
  async get({ timeout = 30_000, signal }: GetOptions = {}): Promise<R> {
    const end = performance.now() + timeout
    while (!this.isReady && !this.ignored)
      await this.#reported(end - performance.now(), { timeout, signal })
    if (this.failure !== undefined) throw this.failure
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the worker's word for it
    return this.#last?.value as R
  }

  /**
   * The state that was reported last, and each new one, up to the final one. If you call this as soon as
   * you have the result object, no state is missing.
   */
  async *updates({ timeout = 30_000, signal }: GetOptions = {}): AsyncGenerator<TaskUpdate, void> {
    const updates = [...(this.#early ?? (this.#last === undefined ? [] : [this.#last]))]
    let last = this.#last
    const listener = (): void => {
      if (this.#last === undefined || this.#last === last) return
      last = this.#last
      updates.push(last)
    }
    this.#listeners.add(listener)
    try {
      for (;;) {
        const update = updates.shift()
        if (update === undefined) await this.#reported(timeout, { timeout, signal })
        else {
          yield update
          if (isFinal(update.state)) return
        }
      }
    } finally {
      this.#listeners.delete(listener)
    }
  }

  #reported(
    milliseconds: number,
    { timeout, signal }: { readonly timeout: number; readonly signal: AbortSignal | undefined },
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      if (this.#lost !== undefined) throw this.#lost
      const end = (): void => {
        clearTimeout(timer)
        this.#listeners.delete(reported)
        signal?.removeEventListener('abort', aborted)
      }
      const reported = (): void => {
        end()
        resolve()
      }
      const aborted = (): void => {
        end()
        reject(signal?.reason)
      }
      const timer = startTimer(milliseconds, () => {
        end()
        reject(this.#timedOut(timeout))
      })
      this.#listeners.add(reported)
      signal?.addEventListener('abort', aborted)
    })
  }

  #timedOut(timeout: number): MessagingError {
    const text = `no result of task ${this.id} within ${timeout / 1000} s; its state is ${this.state}`
    return new MessagingError('TIMEOUT', text, { remedy: 'start a worker, or raise the timeout' })
  }
}
