import { randomUUID } from 'node:crypto'

import type { Trial } from './trial.ts'
import { textOf, type Message } from './witness.ts'
import { Wrong } from './wrong.ts'

/** Celery's queue of tasks. */
const taskQueue = 'celery'
/** Its queues in which tasks wait for one, two and four seconds. */
const delayQueues = [0, 1, 2].map((level) => `celery_delayed_${level}`)

/** What a worker reports about a call. */
export interface Report {
  readonly task_id: string
  readonly status: string
  /** What the task returned, or an error with its type and message. */
  readonly result: unknown
  /** When the task ended. */
  readonly date_done: string | null
}

/** Calls tasks of the program, as a client in any language does, and remembers what workers report. */
export class TaskCaller {
  readonly #trial: Trial
  readonly #replyTo = randomUUID()
  /** By the order of each call. */
  readonly #reports = new Map<string, Report[]>()

  private constructor(trial: Trial) {
    this.#trial = trial
  }

  static async open(trial: Trial): Promise<TaskCaller> {
    const caller = new TaskCaller(trial)
    await trial.broker.queue(caller.#replyTo, { 'x-queue-type': 'classic' })
    await trial.broker.follow(caller.#replyTo, (message) => {
      caller.#reported(message)
    })
    return caller
  }

  /** Waits until a worker takes tasks and is idle. */
  async working(): Promise<void> {
    await this.#trial.until(
      async () => ((await this.#trial.broker.look(taskQueue))?.consumers ?? 0) > 0,
      (where) => `Your program starts no worker for the queue "${taskQueue}"${where}.`,
    )
    await this.#trial.rest()
  }

  /** Calls a task once for each order, which is also the id of the call. */
  async call(task: string, orders: readonly string[]): Promise<void> {
    const nothing = { callbacks: null, errbacks: null, chain: null, chord: null }
    for (const order of orders)
      await this.#trial.broker.send(taskQueue, [JSON.stringify([[order], {}, nothing])], {
        contentType: 'application/json',
        contentEncoding: 'utf-8',
        correlationId: order,
        replyTo: this.#replyTo,
        headers: { lang: 'js', task, id: order },
      })
  }

  /** Whether the broker has tasks for later, or for a worker that has no place for them. */
  async hasWaitingTasks(): Promise<boolean> {
    const queues = [taskQueue, ...delayQueues].map((queue) => this.#trial.broker.look(queue))
    return (await Promise.all(queues)).some((queue) => queue !== undefined && queue.ready > 0)
  }

  #reported(message: Message): void {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what workers send
    const report = JSON.parse(textOf(message)) as Report
    const { task_id: order } = report
    this.#reports.set(order, [...(this.#reports.get(order) ?? []), report])
  }

  /** The last state that a worker has reported for the call with this order; PENDING before any. */
  stateOf(order: string): string {
    return this.#reports.get(order)?.at(-1)?.status ?? 'PENDING'
  }

  /** The last report about the call with this order. */
  reportOf(order: string): Report {
    const report = this.#reports.get(order)?.at(-1)
    if (report === undefined) throw new Error(`no worker has reported anything about ${order}`)
    return report
  }

  /** Throws the verdict on a program in which the task of any call has failed. */
  throwFailure(): void {
    for (const [order, reports] of this.#reports)
      for (const { status, result } of reports)
        if (status === 'FAILURE')
          throw new Wrong(`The task for ${order} failed with ${textOfError(result)}.`)
  }
}

function textOfError(error: unknown): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what workers send
  const { exc_type: type, exc_message: args } = error as ErrorReport
  return `${type}: ${args.join(', ')}`
}

interface ErrorReport {
  readonly exc_type: string
  readonly exc_message: readonly unknown[]
}
