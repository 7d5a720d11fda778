import { hostname } from 'node:os'

import { MessagingError, type Delivery } from '@messaging-patterns/shared'

import { Clock } from '../control/clock.ts'
import { Events } from '../control/events.ts'
import { TaskRevoked } from '../protocol/failure.ts'
import { decodeCall, type Call } from '../protocol/task-message.ts'
import type { TimeLimits } from '../running/definition.ts'
import { ColdShutdown, Job } from '../running/job.ts'
import { Pool } from '../running/pool.ts'
import { RateLimits } from '../running/rate-limit.ts'
import { wait } from '../running/wait.ts'
import { Consumers } from '../transport/consumers.ts'
import { refuse } from '../transport/refuse.ts'
import { Revoked } from '../running/revoked.ts'
import { Runner } from './runner.ts'
import type { TaskReport, WorkerOptions, WorkerParts } from './worker-options.ts'

/** The prefetch for each task that can run at the same time: Celery's default. */
const prefetchFactor = 4

/** Milliseconds before a task is requeued because its end could not be reported. */
const pauseBeforeRequeue = 1000

/** The worker waits for an eta itself if it is less than this many milliseconds away. */
const shortWait = 1000

let started = 0

/** A program may have several workers. */
function nextName(): string {
  started += 1
  return `ts${process.pid}${started === 1 ? '' : `-${started}`}@${hostname()}`
}

/** Consumes queues of tasks, and runs the tasks that this program has defined. */
export class TaskWorker implements AsyncDisposable {
  readonly name: string
  readonly pool: Pool
  readonly revoked = new Revoked()
  readonly limits = new RateLimits()
  /** Those of tasks for which a command has changed them. */
  readonly timeLimits = new Map<string, TimeLimits>()
  readonly clock = new Clock()
  readonly startedAt = Date.now()
  /** How many calls of each task have ended. */
  readonly totals = new Map<string, number>()
  /** Received, and not running yet. */
  readonly reserved = new Set<Job>()
  readonly active = new Set<Job>()
  /** Waiting for their eta. */
  readonly scheduled = new Set<Job>()
  readonly parts: WorkerParts
  readonly #onTask: (report: TaskReport) => void
  readonly #consumers: Consumers
  readonly #jobs = new Set<Promise<void>>()
  #events: Events | undefined
  #runner: Runner | undefined
  #stopping: Promise<void> | undefined
  #end: (error?: Error) => void = () => {}
  readonly #finished: Promise<void>

  private constructor(parts: WorkerParts, options: WorkerOptions) {
    this.parts = parts
    this.name = options.name ?? nextName()
    this.pool = new Pool(options.concurrency ?? 10)
    this.#consumers = new Consumers({
      sender: parts.sender,
      prefetch: () => this.prefetch,
      received: (delivery, queue) => {
        this.#receive(delivery, queue)
      },
      failed: (error, queue) => {
        this.#log(error, `the queue "${queue}"`)
      },
    })
    this.#onTask = (report) => {
      try {
        options.onTask?.(report)
      } catch (error) {
        // An error in a log must not change what happens to a task.
        this.#log(error, 'onTask')
      }
    }
    this.#finished = new Promise((resolve, reject) => {
      this.#end = (error) => {
        if (error === undefined) resolve()
        else reject(error)
      }
    })
    // Without a caller of finished(), the error is the session's alone.
    this.#finished.catch(() => {})
    for (const { name, options: taskOptions } of parts.tasks.values())
      if (taskOptions.rateLimit !== undefined) this.limits.set(name, taskOptions.rateLimit)
  }

  /** It consumes no queue yet: see {@link addQueue}. */
  static async start(parts: WorkerParts, options: WorkerOptions): Promise<TaskWorker> {
    const worker = new TaskWorker(parts, options)
    const { session } = parts
    worker.#events = await Events.open(session, {
      hostname: worker.name,
      clock: worker.clock,
      load: () => ({ active: worker.active.size, processed: worker.processed }),
      taskEvents: options.events ?? false,
    })
    worker.#runner = new Runner({
      ...parts,
      events: worker.#events,
      timeLimits: worker.timeLimits,
      onTask: worker.#onTask,
    })
    const { signal } = options
    const stop = (): void => void worker.stop()
    signal?.addEventListener('abort', stop, { once: true })
    if (signal?.aborted === true) stop()
    void session.closed.then((error) => {
      worker.events.stop()
      worker.#end(error)
    })
    // The signal may live as long as the program, and see many workers.
    const ended = (): void => signal?.removeEventListener('abort', stop)
    worker.finished().then(ended, ended)
    return worker
  }

  get events(): Events {
    if (this.#events === undefined) throw new Error('the worker has not started')
    return this.#events
  }

  get processed(): number {
    return [...this.totals.values()].reduce((sum, each) => sum + each, 0)
  }

  get queues(): readonly string[] {
    return this.#consumers.queues
  }

  get prefetch(): number {
    return this.pool.size * prefetchFactor
  }

  /** Consumes from another queue as well. */
  addQueue(name: string): Promise<void> {
    return this.#consumers.add(name)
  }

  /** Stops consuming from a queue. */
  removeQueue(name: string): Promise<void> {
    return this.#consumers.remove(name)
  }

  /** Changes how many tasks run at the same time. Running tasks are not stopped. */
  async resize(concurrency: number): Promise<void> {
    this.pool.resize(concurrency)
    await this.#consumers.renew()
  }

  #receive(delivery: Delivery, queue: string): void {
    let call: Call
    try {
      call = decodeCall(delivery)
    } catch (error) {
      this.#track(this.#refuse(delivery, error))
      return
    }
    this.#track(this.#work(new Job(delivery, call, queue)))
  }

  async #work(job: Job): Promise<void> {
    try {
      await this.#process(job)
    } catch (error) {
      await this.#failed(job, error).catch((reason: unknown) => this.#interrupted(job, reason))
    } finally {
      for (const jobs of [this.reserved, this.active, this.scheduled]) jobs.delete(job)
    }
  }

  #track(job: Promise<void>): void {
    const done = job.finally(() => this.#jobs.delete(done))
    this.#jobs.add(done)
  }

  async #refuse(delivery: Delivery, error: unknown): Promise<void> {
    const id = await refuse(this.parts.sender, delivery, error).catch((reason: unknown) => {
      this.#log(reason, 'a refused message')
      return ''
    })
    this.#onTask({ event: 'refused', id, task: '', error })
  }

  async #failed(job: Job, error: unknown): Promise<void> {
    const { settled, lost } = job.delivery
    // The broker redelivers what the worker has not settled.
    if (this.#runner === undefined || (lost && !settled)) throw error
    if (!job.ended) await this.#runner.fail(job, error)
  }

  /** The end of a task could not be reported, so it has to run again, unless its call is acknowledged. */
  async #interrupted(job: Job, error: unknown): Promise<void> {
    this.#log(error, `task ${job.call.id}`)
    // Not immediately, or it would run again and again.
    await wait(pauseBeforeRequeue, job.signal)
    job.requeue()
  }

  #log(error: unknown, what: string): void {
    const known = error instanceof MessagingError
    if (known && error.code === 'CLOSED') return
    process.stderr.write(`${what} was interrupted: ${known ? error.message : String(error)}\n`)
  }

  async #process(job: Job): Promise<void> {
    const { call, queue } = job
    this.#received(call)
    const early = (call.eta?.getTime() ?? 0) - Date.now()
    if (early >= shortWait) {
      // Celery would keep it in the memory of the worker. Here it waits in the broker.
      await this.parts.sender.send(call, queue)
      job.acknowledge()
      this.#onTask({ event: 'delayed', id: call.id, task: call.task, ms: early })
      return
    }
    this.scheduled.add(job)
    if (early > 0) await wait(early, job.signal)
    this.scheduled.delete(job)
    this.reserved.add(job)
    if (this.limits.of(call.task) !== undefined) await this.limits.turn(call.task, job.signal)
    await this.pool.acquire()
    try {
      this.reserved.delete(job)
      if (!job.ended) await this.#start(job)
    } finally {
      this.pool.release()
    }
  }

  async #start(job: Job): Promise<void> {
    const runner = this.#runner
    const { call } = job
    if (runner === undefined) return
    // If the connection was lost meanwhile, the broker delivers the call again anyway.
    if (this.#stopping !== undefined || job.delivery.lost) job.requeue()
    else if (call.expires !== undefined && call.expires.getTime() < Date.now())
      await runner.revoke(job, new TaskRevoked('expired', call.id))
    else if (this.revoked.has(call)) await runner.revoke(job, new TaskRevoked('revoked', call.id))
    else {
      this.active.add(job)
      await runner.run(job)
      this.totals.set(call.task, (this.totals.get(call.task) ?? 0) + 1)
    }
  }

  #received(call: Call): void {
    const { id, task } = call
    this.events.received(call)
    this.#onTask({ event: 'received', id, task })
  }

  /** Stops the running tasks that `isMeant` accepts, and returns their ids. */
  terminate(isMeant: (call: Call) => boolean): readonly string[] {
    const meant = [...this.active].filter(({ call }) => isMeant(call))
    for (const job of meant) job.stop(new TaskRevoked('terminated', job.call.id))
    return meant.map(({ call }) => call.id)
  }

  /**
   * Shuts down gracefully: takes no more messages, finishes the running tasks, and requeues the others.
   * With `cold: true` the running tasks are stopped and requeued as well.
   */
  async stop({ cold = false } = {}): Promise<void> {
    this.#stopping ??= this.#stop()
    if (cold) for (const job of this.active) job.stop(new ColdShutdown('the worker was stopped'))
    await this.#stopping
  }

  async #stop(): Promise<void> {
    await this.#consumers.cancel()
    for (const job of [...this.reserved, ...this.scheduled]) {
      job.requeue()
      job.abort(new ColdShutdown('the worker was stopped'))
    }
    await Promise.all(this.#jobs)
    await this.events[Symbol.asyncDispose]()
    this.#end()
  }

  /** Resolves when the worker has stopped. Rejects with the error that ended its session. */
  finished(): Promise<void> {
    return this.#finished
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}
