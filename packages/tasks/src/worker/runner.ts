import { constants } from 'node:os'

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
      // This time it was a link_error, or the error itself.
      await this.#reportFailure(job, new Error(String(second)), [])
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
    if (early) delivery.ack()
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
    if (error instanceof ColdShutdown) job.requeue()
    else if (error instanceof Replace) await this.#replace(job, error)
    else if (error instanceof TaskRevoked) await this.revoke(job, error, true)
    else {
      const verdict = judge(error, job.call.retries, task.options.retry)
      if (verdict.retry && !outcome.final) await this.#retry(job, verdict)
      else await this.#fail(job, outcome.final ? error : verdict.error, children)
    }
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
    await this.#endMember(call, { value: value ?? null })
    for (const callback of callbacks) called.push(...(await dispatcher.call(callback, place)))
    await this.#report(job, 'SUCCESS', { value, children: called })
    const ms = this.#acknowledge(job)
    const { events, onTask } = this.#options
    if (events.taskEvents)
      events.ofTask('task-succeeded', call.id, { result: repr(value), runtime: ms / 1000 })
    onTask({ event: 'succeeded', id: call.id, task: call.task, value, ms })
  }

  async #fail(job: Job, error: unknown, children: readonly string[]): Promise<void> {
    const { call } = job
    for (const errback of call.embed.errbacks)
      await this.#options.dispatcher.call(errback, {
        before: [call.id],
        caller: { id: call.id, rootId: call.rootId },
      })
    await this.#failRest(call, error)
    await this.#reportFailure(job, error, children)
  }

  async #reportFailure(job: Job, error: unknown, children: readonly string[]): Promise<void> {
    const { id, task } = job.call
    await this.#report(job, 'FAILURE', { error, children })
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
    await this.#failRest(call, error)
    await this.#report(job, 'REVOKED', { error })
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
    const ignored = call.ignoreResult || this.#options.tasks.get(call.task)?.options.ignoreResult
    if (replyTo === undefined || ignored === true) return
    const body = encodeResult(state, { taskId, parentId, children: [], ...about })
    await this.#options.sender.reply(replyTo, body, correlationId)
  }
}
