import { Mailbox } from '../control/mailbox.ts'
import { handleCommand } from './commands.ts'
import { TaskWorker } from './worker.ts'
import type { WorkerOptions, WorkerParts } from './worker-options.ts'

/** Starts a worker that also answers commands. */
export async function startWorker(parts: WorkerParts, options: WorkerOptions): Promise<TaskWorker> {
  const worker = await TaskWorker.start(parts, options)
  const mailbox = await Mailbox.open(parts.session, {
    name: worker.name,
    clock: worker.clock,
    handle: (method, args) => handleCommand(worker, method, args),
  })
  const close = (): Promise<void> => mailbox[Symbol.asyncDispose]()
  worker.finished().then(close, close)
  return worker
}
