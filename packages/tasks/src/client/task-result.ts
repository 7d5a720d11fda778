import { MessagingError } from '@messaging-patterns/shared'

import type { TaskFailure } from '../protocol/failure.ts'
import { startTimer } from '../running/wait.ts'
import { isFinal, type TaskState, type TaskUpdate } from '../protocol/result-message.ts'

/** The options of {@link TaskResult.get}. */
export interface GetOptions {
  /** Milliseconds to wait before rejecting with TIMEOUT; Infinity waits for ever. Default: 30,000. */
  readonly timeout?: number
  /** Stops waiting when aborted. */
  readonly signal?: AbortSignal
}

/** What becomes of anything that was called. */
export interface AnyResult {
  /** What the chain did before; undefined for its first task, and for a single task. */
  readonly parent: AnyResult | undefined
  readonly isReady: boolean
  get(options?: GetOptions): Promise<unknown>
}

/** What becomes of a call. */
export class TaskResult<R> implements AnyResult {
  readonly id: string
  readonly parent: AnyResult | undefined
  /** Whether nothing is reported about it, as the call asked for. */
  readonly ignored: boolean
  #last: TaskUpdate | undefined
  /** Reports that came before the caller had this result: a worker may be faster than the confirm. */
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
    // A worker that died after its report is followed by another one, which starts again.
    if (this.isReady) return
    this.#last = update
    this.#early?.push(update)
    for (const listener of this.#listeners) listener()
  }

  /** @internal Called when the caller gets it. Reports are not kept for longer than a moment. */
  handOver(): void {
    setImmediate(() => {
      this.#early = undefined
    })
  }

  /** @internal Called when its client can no longer receive reports. */
  lose(reason: Error): void {
    this.#lost = reason
    for (const listener of this.#listeners) listener()
  }

  /** The last state that a worker has reported; PENDING before. */
  get state(): TaskState {
    return this.#last?.state ?? 'PENDING'
  }

  /** What the task has reported as its progress. */
  get progress(): unknown {
    return this.isReady ? undefined : this.#last?.value
  }

  /** Why it failed, was revoked, or is retried. */
  get failure(): TaskFailure | undefined {
    return this.#last?.failure
  }

  /** The ids of the tasks that it has called. */
  get children(): readonly string[] {
    return this.#last?.children ?? []
  }

  /** Whether no other state follows. */
  get isReady(): boolean {
    return isFinal(this.state)
  }

  /**
   * Resolves with what the task returned. If the result is ignored, it resolves with undefined at once.
   *
   * Rejects with a {@link TaskFailure} if it failed, a {@link TaskRevoked} if it was revoked or had
   * expired, with TIMEOUT if no worker reports in time, and with what ended its session.
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
   * The state that was reported last, and each one that is reported from now on, until the final one.
   * If it is called at once, no state is missing.
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
