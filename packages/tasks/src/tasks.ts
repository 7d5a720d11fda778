import type { Session } from '@messaging-patterns/shared'

import { encodeOptions } from './client/call-options.ts'
import { TaskClient } from './client/client.ts'
import { ConnectedTasks } from './connected-tasks.ts'
import { builtinTasks } from './running/builtin-tasks.ts'
import type { TaskDefinition, TaskOptions } from './running/definition.ts'
import type { Schedule } from './scheduling/schedule.ts'
import { timesOf, type Timing } from './scheduling/timing.ts'
import { Task } from './client/task.ts'
import type { TaskSignature } from './protocol/task-signature.ts'
import type { TaskQueues } from './transport/sender.ts'
import { unlockTask } from './worker/unlock.ts'

/** The options of {@link Tasks}. */
export interface TasksOptions {
  /** The queue of tasks that are defined without one. Default: `celery`, as in Celery. */
  readonly defaultQueue?: string
  /** The options of queues that are not declared as in Celery's defaults. */
  readonly queues?: TaskQueues
  /**
   * Milliseconds after which the broker deletes the results of a client that is gone without closing, or
   * cannot reconnect. Default: a day, as in Celery.
   */
  readonly resultExpires?: number
}

/**
 * The tasks of a program, which other programs can call by name. Messages and queues are those of Celery,
 * so the other programs may be in Python.
 *
 * @example
 * const tasks = new Tasks()
 * const add = tasks.define('tasks.add', (a: number, b: number) => a + b)
 *
 * await using session = await Session.open()
 * await using connected = await tasks.connect(session)
 * await using worker = await connected.startWorker()
 * console.log(await add.call(2, 3))
 */
export class Tasks {
  readonly #definitions = new Map<string, TaskDefinition>()
  readonly #schedules = new Map<string, Schedule>()
  readonly #queues = new Map<string, string>()
  readonly #options: TasksOptions
  #connected: TaskClient | undefined

  constructor(options: TasksOptions = {}) {
    this.#options = options
    for (const task of builtinTasks(this.#definitions)) this.#definitions.set(task.name, task)
  }

  /** Defines a task that the workers of this program run. */
  define<const Args extends readonly unknown[], R>(
    name: string,
    run: (...args: Args) => R,
    options: TaskOptions = {},
  ): Task<Args, Awaited<R>> {
    if (this.#definitions.has(name)) throw new TypeError(`the task "${name}" is already defined`)
    this.#definitions.set(name, {
      name,
      options,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the caller's word, or the schema's
      run: (args) => run(...(args as Args)),
    })
    return this.#task(name, options)
  }

  /**
   * A task that other programs run.
   *
   * @example
   * const report = tasks.remote<(month: string) => string>('reports.monthly')
   */
  remote<F extends (...args: never[]) => unknown>(
    name: string,
    options: Pick<TaskOptions, 'queue' | 'ignoreResult'> = {},
  ): Task<Parameters<F>, Awaited<ReturnType<F>>> {
    return this.#task(name, options)
  }

  /**
   * Calls a task regularly, while a scheduler is running ({@link ConnectedTasks.startScheduler}). The name
   * must be unique among the schedules on the broker.
   *
   * @example
   * tasks.schedule('nightly', report.s('sales'), { crontab: '0 3 * * *', timezone: 'Europe/Berlin' })
   * tasks.schedule('refresh', refresh.s(), { every: 30_000 })
   */
  schedule(name: string, call: TaskSignature<unknown>, timing: Timing): void {
    if (this.#schedules.has(name)) throw new TypeError(`"${name}" is already scheduled`)
    const signature = call.toJSON()
    // Several messages could not be sent in one step.
    if (signature.subtask_type !== null)
      throw new TypeError(`"${name}" must call a single task, which may call a chain or a group`)
    this.#schedules.set(name, { name, signature, times: timesOf(timing) })
  }

  #task<Args extends readonly unknown[], R>(
    name: string,
    { queue, ignoreResult }: Pick<TaskOptions, 'queue' | 'ignoreResult'>,
  ): Task<Args, R> {
    if (queue !== undefined) this.#queues.set(name, queue)
    const callOptions = ignoreResult === true ? encodeOptions({ ignoreResult }) : {}
    return new Task(name, () => this.#client, callOptions)
  }

  /** Connects the tasks to a broker. Then you can call them, and start workers that run them. */
  async connect(session: Session): Promise<ConnectedTasks> {
    const { defaultQueue = 'celery', queues = {}, resultExpires = 86_400_000 } = this.#options
    const queueOf = (task: string): string => this.#queues.get(task) ?? defaultQueue
    const client = await TaskClient.open(session, { queueOf, queues, resultExpires })
    this.#connected = client
    const unlock = unlockTask(client)
    this.#definitions.set(unlock.name, unlock)
    return new ConnectedTasks(client, {
      tasks: this.#definitions,
      schedules: this.#schedules,
      defaultQueue,
    })
  }

  get #client(): TaskClient {
    if (this.#connected !== undefined) return this.#connected
    throw new Error('call tasks.connect(session) before you call a task')
  }
}
