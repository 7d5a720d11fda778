import { Session } from '@messaging-patterns/shared'
import type { CurrentBroker } from '@messaging-patterns/testkit'

import {
  Tasks,
  type ConnectedTasks,
  type TasksOptions,
  type TaskWorker,
  type WorkerOptions,
} from '../src/index.ts'

/** A program with tasks: a session, a client and, once it is started, a worker. */
export class TestProgram implements AsyncDisposable {
  readonly session: Session
  readonly tasks: Tasks
  readonly connected: ConnectedTasks
  readonly #resources: AsyncDisposable[]

  private constructor(session: Session, tasks: Tasks, connected: ConnectedTasks) {
    this.session = session
    this.tasks = tasks
    this.connected = connected
    this.#resources = [connected, session]
  }

  static async on(broker: CurrentBroker, options: TasksOptions = {}): Promise<TestProgram> {
    const session = await Session.open({ url: broker.url })
    const tasks = new Tasks(options)
    return new TestProgram(session, tasks, await tasks.connect(session))
  }

  async work(options?: WorkerOptions): Promise<TaskWorker> {
    const worker = await this.connected.startWorker(options)
    this.#resources.unshift(worker)
    return worker
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const resource of this.#resources) await resource[Symbol.asyncDispose]()
  }
}

/** A task waits for `opened`; the test calls `open` when it may end. */
export function gate<T>(): { readonly opened: Promise<T>; readonly open: (value: T) => void } {
  let open: (value: T) => void = () => {}
  const opened = new Promise<T>((resolve) => {
    open = resolve
  })
  return { opened, open }
}
