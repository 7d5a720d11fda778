import { encodeOptions, type CallOptions } from './client/call-options.ts'
import type { TaskClient } from './client/client.ts'
import type { GroupResult } from './client/group-result.ts'
import type { TaskResult } from './client/task-result.ts'
import type { TaskSignature } from './protocol/task-signature.ts'
import type { Control } from './control/control.ts'
import { applyOptions } from './protocol/signature-options.ts'
import type { TaskDefinition } from './running/definition.ts'
import type { Schedule } from './scheduling/schedule.ts'
import { Scheduler } from './scheduling/scheduler.ts'
import type { SchedulerOptions } from './scheduling/scheduler-options.ts'
import { startWorker } from './worker/start-worker.ts'
import type { WorkerOptions } from './worker/worker-options.ts'
import type { TaskWorker } from './worker/worker.ts'

/** Tasks with a connection to a broker: you can call them, and start workers that run them. */
export class ConnectedTasks implements AsyncDisposable {
  readonly #client: TaskClient
  readonly #definitions: Definitions

  /** @internal Use `tasks.connect`. */
  constructor(client: TaskClient, definitions: Definitions) {
    this.#client = client
    this.#definitions = definitions
  }

  /** Calls a group. Resolves when the broker has the calls. */
  async send<R>(signature: TaskSignature<R[]>): Promise<GroupResult & { get(): Promise<R[]> }>
  /** Calls a signature. Resolves when the broker has its first call. */
  async send<R>(signature: TaskSignature<R>, options?: CallOptions): Promise<TaskResult<R>>
  async send(signature: TaskSignature<unknown>, options: CallOptions = {}): Promise<unknown> {
    return this.#client.call(applyOptions(signature.toJSON(), encodeOptions(options)))
  }

  /** Starts a worker for the tasks that are defined in this program. */
  startWorker(options: WorkerOptions = {}): Promise<TaskWorker> {
    const { session, sender, dispatcher } = this.#client
    const { tasks, defaultQueue } = this.#definitions
    return startWorker(
      { session, sender, dispatcher, tasks },
      { queues: [defaultQueue], ...options },
    )
  }

  /** Starts a scheduler for the tasks that this program has scheduled. */
  startScheduler(options: SchedulerOptions = {}): Promise<Scheduler> {
    return Scheduler.start(this.#client, this.#definitions.schedules.values(), options)
  }

  /** Sends commands to workers, also to those in Python: to revoke a task, or ask what a worker is doing. */
  control(): Promise<Control> {
    return this.#client.control()
  }

  /** Deletes the queue for results. Stop the workers first. The session stays open. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]()
  }
}

/** What a program has defined. */
export interface Definitions {
  readonly tasks: ReadonlyMap<string, TaskDefinition>
  readonly schedules: ReadonlyMap<string, Schedule>
  readonly defaultQueue: string
}
