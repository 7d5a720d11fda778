import { constants } from 'node:os'
import { setImmediate as endOfTurn } from 'node:timers/promises'

import { MessagingError, type MessagingErrorCode } from '@messaging-patterns/shared'

import type { Events } from '../control/events.ts'
import { notRegistered, reprFailure, TaskRevoked, tracebackOf } from '../protocol/failure.ts'
import { repr } from '../protocol/repr.ts'
import { encodeResult, type TaskState } from '../protocol/result-message.ts'
import type { Call } from '../protocol/task-message.ts'
import type { TaskDefinition, TimeLimits } from '../running/definition.ts'
import { Replace } from '../running/context.ts'
import { execute, type Outcome, type ReportProgress } from '../running/execution.ts'
import { ColdShutdown, type Job } from '../running/job.ts'
import { judge, type Verdict } from '../running/retry.ts'
import { replacementOf } from '../transport/replacement.ts'
import { endMember, type Ending } from './chord.ts'
import { memberOf, memberOfSignature, restOf } from './members.ts'
import type { TaskReport, WorkerParts } from './worker-options.ts'

const { SIGTERM } = constants.signals

/** Errors after which the same request may succeed later. */
const passing: ReadonlySet<MessagingErrorCode> = new Set([
  'CLOSED',
  'CONNECTION_LOST',
  'CHANNEL_CLOSED',
  'NACKED',
  'NO_QUORUM',
  'TIMEOUT',
])

function mayPass(error: unknown): boolean {
  return error instanceof MessagingError && passing.has(error.code)
}

/** What a runner needs from its worker. */
export interface RunnerOptions extends WorkerParts {
  readonly events: Events
  /** Of the tasks that do not have those of their definition anymore. */
  readonly timeLimits: ReadonlyMap<string, TimeLimits>
  readonly onTask: (report: TaskReport) => void
}

/** Runs a task, and reports how it ended: to the client, to the tasks that follow, and to the broker. */
export class Runner {
  readonly #options: RunnerOptions

  constructor(options: RunnerOptions) {
    this.#options = options
  }

  /**
   * Fails a job whose end could not be reported: what the task returned or threw cannot be sent, or what
   * follows it cannot be called. Rejects, and does not settle the message, if this may succeed later. The
   * broker does not deliver a call again that was acknowledged before the work, so that one fails now.
   */
  async fail(job: Job, error: unknown): Promise<void> {
    if (mayPass(error) && !job.delivery.settled) throw error
    try {
      await this.#fail(job, error, [])
    } catch (second) {
      if (mayPass(second)) throw second
      // What follows the task could not be told.
      this.#logFailure(job, second)
    }
  }

  /** Runs the task of a job, and settles its message. */
  async run(job: Job): Promise<void> {
    const { call, delivery } = job
    const task = this.#options.tasks.get(call.task)
    if (task === undefined) {
      await this.#fail(job, notRegistered(call.task), [])
      return
    }
    const early = task.options.acknowledge === 'before'
    if (early) {
      delivery.ack()
      // What is written leaves when the turn ends, so a task that ends the process at once would run again.
      await endOfTurn()
    }
    this.#options.events.ofTask('task-started', call.id)
    job.startedAt = Date.now()
    const limits = this.#options.timeLimits.get(call.task) ?? task.options
    const report: ReportProgress = (state, value) => this.#report(job, state, { value })
    const outcome = await execute(job, { task, limits, report })
    await this.#settle(job, task, outcome)
  }

  async #settle(job: Job, task: TaskDefinition, outcome: Outcome): Promise<void> {
    if (outcome.ok) {
      await this.#succeed(job, outcome.value, outcome.children)
      return
    }
    const { error, children } = outcome
    const { stopReason } = job
    if (error instanceof Replace) await this.#replace(job, error)
    else if (stopReason !== undefined && error === stopReason)
      await this.#stopped(job, stopReason, children)
    else {
      const verdict = judge(error, job.call.retries, task.options.retry)
      if (verdict.retry && !outcome.final) await this.#retry(job, verdict)
      else await this.#fail(job, outcome.final ? error : verdict.error, children)
    }
  }

  /** A task that was stopped is not retried: it may still be running. */
  async #stopped(job: Job, reason: Error, children: readonly string[]): Promise<void> {
    if (reason instanceof ColdShutdown) job.requeue()
    else if (reason instanceof TaskRevoked) await this.revoke(job, reason, true)
    else await this.#fail(job, reason, children)
  }

  async #succeed(job: Job, value: unknown, children: readonly string[]): Promise<void> {
    const { call } = job
    const { callbacks, chain } = call.embed
    const place = { before: [value ?? null], caller: { id: call.id, rootId: call.rootId } }
    const { dispatcher } = this.#options
    const next = chain.at(-1)
    const called = [...children]
    if (next !== undefined)
      called.push(...(await dispatcher.call(next, { ...place, chain: chain.slice(0, -1) })))
    for (const callback of callbacks) called.push(...(await dispatcher.call(callback, place)))
    // Last, as in Celery: if something of the above fails, so does the chord.
    await this.#endMember(call, { value: value ?? null })
    await this.#report(job, 'SUCCESS', { value, children: called })
    const ms = this.#acknowledge(job)
    const { events, onTask } = this.#options
    if (events.taskEvents)
      events.ofTask('task-succeeded', call.id, { result: repr(value), runtime: ms / 1000 })
    onTask({ event: 'succeeded', id: call.id, task: call.task, value, ms })
  }

  async #fail(job: Job, error: unknown, children: readonly string[]): Promise<void> {
    // In Celery's order. A Python client that waits for the body of a chord throws what it gets first: this
    // error, or the ChordError.
    job.reported ??= { error: await this.#reportFailure(job, error, children) }
    const { reported } = job
    await this.#failRest(job.call, reported.error)
    const refused = await this.#callErrbacks(job.call)
    this.#logFailure(job, refused ?? reported.error)
  }

  /** Resolves with the error if one of them can never be called. */
  async #callErrbacks({ id, rootId, embed }: Call): Promise<Error | undefined> {
    try {
      for (const errback of embed.errbacks)
        await this.#options.dispatcher.call(errback, { before: [id], caller: { id, rootId } })
    } catch (error) {
      if (mayPass(error)) throw error
      return new Error(String(error))
    }
    return undefined
  }

  /** Resolves with the error that was reported: if the one of the task cannot be sent, one that says so. */
  async #reportFailure(job: Job, error: unknown, children: readonly string[]): Promise<unknown> {
    try {
      await this.#report(job, 'FAILURE', { error, children })
      return error
    } catch (second) {
      if (mayPass(second)) throw second
      await this.#report(job, 'FAILURE', { error: second, children })
      return second
    }
  }

  #logFailure(job: Job, error: unknown): void {
    const { id, task } = job.call
    const ms = this.#acknowledge(job)
    this.#failed('task-failed', job, error)
    this.#options.onTask({ event: 'failed', id, task, error, ms })
  }

  async #retry(job: Job, { delay, error }: Verdict & { retry: true }): Promise<void> {
    const { call, queue } = job
    const eta = new Date(Date.now() + delay)
    const again = { ...call, retries: call.retries + 1, eta, parentId: call.id }
    // Both first, or the next attempt could report before this one.
    await this.#report(job, 'RETRY', { error, children: [call.id] })
    this.#options.onTask({ event: 'retried', id: call.id, task: call.task, error, ms: delay })
    // Before the acknowledgement: if this worker dies in between, there are two messages, not none.
    await this.#options.sender.send(again, queue)
    this.#acknowledge(job)
    this.#failed('task-retried', job, error)
  }

  /** The replacement reports the result. Until then, the client sees the last state of this call. */
  async #replace(job: Job, { signature: wanted }: Replace): Promise<void> {
    const { call, queue } = job
    const { signature, chain } = replacementOf(call, wanted, queue)
    const caller = { id: call.id, rootId: call.rootId }
    // Before the acknowledgement, for the same reason as in a retry.
    await this.#options.dispatcher.call(signature, { chain, caller })
    const ms = this.#acknowledge(job)
    this.#options.onTask({ event: 'replaced', id: call.id, task: call.task, ms })
  }

  async #endMember(call: Call, ending: Ending): Promise<void> {
    const member = memberOf(call)
    if (member !== undefined) await endMember(this.#options, member, ending)
  }

  /** What would have followed the task fails as well: the rest of its chain, and its chord. */
  async #failRest(call: Call, error: unknown): Promise<void> {
    const ending = { error: `Dependency ${call.id} raised ${reprFailure(error)}` }
    for (const signature of restOf(call)) {
      const { task_id: id, reply_to: replyTo } = signature.options
      if (typeof id === 'string' && typeof replyTo === 'string') {
        const report = { taskId: id, parentId: call.id, children: [], error }
        await this.#options.sender.reply(replyTo, encodeResult('FAILURE', report), id)
      }
      const member = memberOfSignature(signature, call.rootId)
      if (member !== undefined) await endMember(this.#options, member, ending)
    }
    await this.#endMember(call, ending)
  }

  /** The task is not run, or not to its end. */
  async revoke(job: Job, error: TaskRevoked, terminated = false): Promise<void> {
    const { call } = job
    await this.#report(job, 'REVOKED', { error })
    job.reported = { error }
    await this.#failRest(call, error)
    this.#acknowledge(job)
    const expired = error.args[0] === 'expired'
    const signum = terminated ? SIGTERM : null
    this.#options.events.ofTask('task-revoked', call.id, { terminated, signum, expired })
    this.#options.onTask({ event: 'revoked', id: call.id, task: call.task, error })
  }

  #failed(type: string, job: Job, error: unknown): void {
    const exception = reprFailure(error)
    this.#options.events.ofTask(type, job.call.id, { exception, traceback: tracebackOf(error) })
  }

  /** Returns how long the task ran, in milliseconds. */
  #acknowledge(job: Job): number {
    job.acknowledge()
    return Date.now() - (job.startedAt ?? Date.now())
  }

  async #report(
    { call }: Job,
    state: TaskState,
    about: {
      readonly value?: unknown
      readonly error?: unknown
      readonly children?: readonly string[]
    },
  ): Promise<void> {
    const { id: taskId, parentId, replyTo, correlationId } = call
    const { ignoreResult = this.#options.tasks.get(call.task)?.options.ignoreResult } = call
    if (replyTo === undefined || ignoreResult === true) return
    const body = encodeResult(state, { taskId, parentId, children: [], ...about })
    await this.#options.sender.reply(replyTo, body, correlationId)
  }
}
