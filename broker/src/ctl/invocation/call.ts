import type { ManagementApi } from '../api/management-api.ts'

/** The options that all commands share. */
export interface SharedOptions {
  readonly vhost: string
  /** Nothing but the answer. */
  readonly quiet: boolean
  /** Not even the names of its columns. */
  readonly silent: boolean
  /** In seconds. */
  readonly timeout: number
}

/** A command as it was typed. */
export interface Call {
  /** What was typed in addition to options: names of columns, or of a queue. */
  readonly args: readonly string[]
  readonly options: SharedOptions
  /** All options that were given, with their values; a flag has none. */
  readonly given: ReadonlyMap<string, string | undefined>
  readonly api: ManagementApi
  readonly print: (line: string) => void
  readonly readInput: () => Promise<string>
}

/** Says what the command is about to do, unless it should be quiet. */
export function announce({ options, print }: Call, line: string): void {
  if (!options.quiet && !options.silent) print(line)
}
