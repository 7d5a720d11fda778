import { hostname } from 'node:os'

import { MessagingError, type Delivery, type Subscription } from '@messaging-patterns/shared'

import { Clock } from '../control/clock.ts'
import { Events } from '../control/events.ts'
import { TaskRevoked } from '../protocol/failure.ts'
import { repr, reprTuple } from '../protocol/repr.ts'
import { decodeCall, type Call } from '../protocol/task-message.ts'
import { ColdShutdown, Job } from '../running/job.ts'
import { Pool } from '../running/pool.ts'
import { RateLimit } from '../running/rate-limit.ts'
import { Revoked } from './revoked.ts'
import { Runner } from './runner.ts'
import type { TaskReport, WorkerOptions, WorkerParts } from './worker-options.ts'

/** How many messages a worker has at most, for each task that it can run: Celery's factor. */
const prefetchFactor = 4

/** The longest time that a worker waits itself for the eta of a call. */
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
  readonly #limits = new Map<string, RateLimit>()
  readonly #subscriptions = new Map<string, Subscription>()
  readonly #loops = new Set<Promise<void>>()
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
    this.#onTask = options.onTask ?? (() => {})
    this.#finished = new Promise((resolve, reject) => {
      this.#end = (error) => {
        if (error === undefined) resolve()
        else reject(error)
      }
    })
    // Without a caller of finished(), the error is the session's alone.
    this.#finished.catch(() => {})
    for (const {
      name,
      options: { rateLimit },
    } of parts.tasks.values())
      if (rateLimit !== undefined) this.limit(name, rateLimit)
  }

  static async start(parts: WorkerParts, options: WorkerOptions = {}): Promise<TaskWorker> {
    const worker = new TaskWorker(parts, options)
    const { session } = parts
    worker.#events = await Events.open(session, {
      hostname: worker.name,
      clock: worker.clock,
      load: () => ({ active: worker.active.size, processed: worker.processed }),
      taskEvents: options.events ?? false,
    })
    worker.#runner = new Runner({ ...parts, events: worker.#events, onTask: worker.#onTask })
    for (const queue of options.queues ?? ['celery']) await worker.addQueue(queue)
    const stop = (): void => void worker.stop()
    options.signal?.addEventListener('abort', stop, { once: true })
    if (options.signal?.aborted === true) stop()
    void session.closed.then((error) => {
      worker.#end(error)
    })
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
    return [...this.#subscriptions.keys()]
  }

  get prefetch(): number {
    return this.pool.size * prefetchFactor
  }

  /** Consumes from another queue as well. */
  async addQueue(name: string): Promise<void> {
    if (this.#subscriptions.has(name)) return
    const { sender } = this.parts
    const queue = await sender.queue(name)
    await sender.prepareDelays(name)
    const subscription = await queue.consume({ prefetch: this.prefetch })
    this.#subscriptions.set(name, subscription)
    const loop = this.#consume(subscription, name)
    this.#loops.add(loop)
    void loop.finally(() => this.#loops.delete(loop))
  }

  /** Consumes no longer from a queue. */
  async removeQueue(name: string): Promise<void> {
    const subscription = this.#subscriptions.get(name)
    this.#subscriptions.delete(name)
    await subscription?.cancel()
  }

  /** Limits how many calls of a task are started; undefined removes the limit. */
  limit(task: string, rate: string | undefined): void {
    if (rate === undefined) this.#limits.delete(task)
    else this.#limits.set(task, new RateLimit(rate))
  }

  async #consume(subscription: Subscription, queue: string): Promise<void> {
    try {
      for await (const delivery of subscription) this.#receive(delivery, queue)
    } catch (error) {
      this.#log(error, `the queue "${queue}"`)
    }
  }

  #receive(delivery: Delivery, queue: string): void {
    let call: Call
    try {
      call = decodeCall(delivery)
    } catch (error) {
      // Nobody can be told: the message does not say who has sent it.
      delivery.reject()
      this.#onTask({ event: 'refused', id: delivery.messageId ?? '', task: '', error })
      return
    }
    const job = new Job(delivery, call, queue)
    const done = this.#process(job)
      .catch((error: unknown) => {
        this.#log(error, `task ${call.id}`)
      })
      .finally(() => {
        for (const jobs of [this.reserved, this.active, this.scheduled]) jobs.delete(job)
        this.#jobs.delete(done)
      })
    this.#jobs.add(done)
  }

  /** The broker redelivers a message that was not settled. */
  #log(error: unknown, what: string): void {
    if (error instanceof MessagingError && error.code === 'CLOSED') return
    process.stderr.write(`${what} was interrupted: ${String(error)}\n`)
  }

  async #process(job: Job): Promise<void> {
    const { call, delivery, queue } = job
    this.#received(call)
    const early = (call.eta?.getTime() ?? 0) - Date.now()
    if (early >= shortWait) {
      // Celery would keep it in the worker. The broker can wait as well, and has room for it.
      await this.parts.sender.send(call, queue)
      delivery.ack()
      this.#onTask({ event: 'delayed', id: call.id, task: call.task, ms: early })
      return
    }
    this.scheduled.add(job)
    await wait(early, job.signal)
    this.scheduled.delete(job)
    this.reserved.add(job)
    await wait(this.#limits.get(call.task)?.reserve() ?? 0, job.signal)
    await this.pool.acquire()
    try {
      this.reserved.delete(job)
      if (!delivery.settled) await this.#start(job)
    } finally {
      this.pool.release()
    }
  }

  async #start(job: Job): Promise<void> {
    const runner = this.#runner
    const { call } = job
    if (runner === undefined) return
    if (this.#stopping !== undefined) job.delivery.nack()
    else if (call.expires !== undefined && call.expires.getTime() < Date.now())
      await runner.revoke(job, new TaskRevoked('expired', call.id))
    else if (this.revoked.has(call.id))
      await runner.revoke(job, new TaskRevoked('revoked', call.id))
    else {
      this.active.add(job)
      await runner.run(job)
      this.totals.set(call.task, (this.totals.get(call.task) ?? 0) + 1)
    }
  }

  #received({ id, task, args, kwargs, rootId, parentId, retries, eta, expires }: Call): void {
    this.events.ofTask('task-received', id, {
      name: task,
      args: reprTuple(args),
      kwargs: repr(kwargs),
      root_id: rootId,
      parent_id: parentId,
      retries,
      eta: eta?.toISOString() ?? null,
      expires: expires?.toISOString() ?? null,
    })
    this.#onTask({ event: 'received', id, task })
  }

  /** Marks a task as revoked; with `terminate`, it is stopped if it runs here. */
  revoke(id: string, terminate: boolean): void {
    this.revoked.add(id)
    if (!terminate) return
    for (const job of this.active)
      if (job.call.id === id) job.stop(new TaskRevoked('terminated', id))
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
    const subscriptions = [...this.#subscriptions.values()]
    await Promise.all(subscriptions.map((each) => each.cancel()))
    for (const job of [...this.reserved, ...this.scheduled]) {
      if (!job.delivery.settled) job.delivery.nack()
      job.abort(new ColdShutdown('the worker was stopped'))
    }
    await Promise.all([...this.#loops, ...this.#jobs])
    await this.events[Symbol.asyncDispose]()
    this.#end()
  }

  /** Resolves when the worker has stopped. Rejects with what ended its session. */
  finished(): Promise<void> {
    return this.#finished
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

/** Waits, or until the job is aborted. */
async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds <= 0 || signal.aborted) return
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', done)
  })
}
