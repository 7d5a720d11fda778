import type { ParseArgsConfig } from 'node:util'

import type { Call } from './call.ts'

/** Options as Node's parseArgs takes them. */
export type OptionsConfig = NonNullable<ParseArgsConfig['options']>

/** One of rabbitmqctl's commands. */
export interface Command {
  /** What follows its name in its usage. */
  readonly usage: string
  readonly summary: string
  /** The fewest and the most arguments that it takes. */
  readonly arity: readonly [number, number]
  /** The options that only this command has. */
  readonly options?: OptionsConfig
  /** Rejects with a CommandFailure, or with the RefusedRequest of the API. */
  readonly run: (call: Call) => Promise<void>
}
