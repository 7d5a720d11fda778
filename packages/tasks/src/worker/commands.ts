import type { JsonObject } from '../protocol/json.ts'
import type { Command } from './command.ts'
import { controlCommands } from './control-commands.ts'
import { inspectCommands } from './inspect-commands.ts'
import type { TaskWorker } from './worker.ts'

/** What `celery inspect`, `celery control` and Flower can ask of a worker. */
const commands: ReadonlyMap<string, Command> = new Map(
  Object.entries({ ...inspectCommands, ...controlCommands }),
)

/** Answers a command. Like Celery's, the answer to an unknown one is an error. */
export async function handleCommand(
  worker: TaskWorker,
  method: string,
  args: JsonObject,
): Promise<unknown> {
  const command = commands.get(method)
  if (command === undefined) return { error: `unknown command: ${method}` }
  try {
    return await command(worker, args)
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}
