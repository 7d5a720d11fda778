import type { JsonObject } from '../protocol/json.ts'
import type { TaskWorker } from './worker.ts'

/** What a worker does about a command. Undefined sends no answer. */
export type Command = (worker: TaskWorker, args: JsonObject) => unknown
