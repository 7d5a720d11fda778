import { Control } from '../control/control.ts'
import { Mailbox } from '../control/mailbox.ts'
import { isObject } from '../protocol/json.ts'
import { handleCommand } from './commands.ts'
import { TaskWorker } from './worker.ts'
import type { WorkerOptions, WorkerParts } from './worker-options.ts'

/** Starts a worker that also answers commands. */
export async function startWorker(parts: WorkerParts, options: WorkerOptions): Promise<TaskWorker> {
  const { queues = ['celery'] } = options
  const worker = await TaskWorker.start(parts, options)
  try {
    await learnRevoked(parts, worker)
    const mailbox = await Mailbox.open(parts.session, {
      name: worker.name,
      clock: worker.clock,
      handle: (method, args) => handleCommand(worker, method, args),
    })
    worker.events.onLost(() => void mailbox.redeclare())
    const close = (): Promise<void> => mailbox[Symbol.asyncDispose]()
    worker.finished().then(close, close)
    for (const queue of queues) await worker.addQueue(queue)
  } catch (error) {
    // Another worker may have its name.
    await worker.stop()
    throw error
  }
  return worker
}

/** Asks the other workers, also Celery's, which tasks were revoked before this one started. */
async function learnRevoked({ session }: WorkerParts, worker: TaskWorker): Promise<void> {
  await using control = await Control.open(session, worker.clock)
  const answers = await control.ask('hello', { from_node: worker.name, revoked: {} })
  for (const answer of Object.values(answers)) {
    const { revoked } = isObject(answer) ? answer : {}
    for (const id of Object.keys(isObject(revoked) ? revoked : {})) worker.revoked.add(id)
  }
}
