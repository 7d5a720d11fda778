import type { Score } from './score.ts'

/** A suite that other people wrote for RabbitMQ, or a program that uses a client of theirs. */
export interface Suite {
  /** With the version that the figures are of. */
  readonly name: string
  /** Debian's packages that it comes in. */
  readonly packages?: readonly string[]
  /** It takes no other port. */
  readonly port5672?: true
  /** Fetches what is in no package of Debian's. */
  fetch?(folder: string): Promise<void>
  command(at: Place): SuiteCommand
  readonly read: (output: string) => Score
  /** After which it is killed. */
  readonly seconds: number
  /** How many tests must pass on the embedded broker. */
  readonly recorded: number
  /** What RabbitMQ scores, and which one. */
  readonly rabbitmq: string
  /** Tests that fail on the embedded broker as they should, and why. */
  readonly exceptions?: Readonly<Record<string, string>>
}

/** Where a suite runs. */
export interface Place {
  /** A temporary one of its own. */
  readonly folder: string
  readonly url: string
}

export interface SuiteCommand {
  readonly command: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
}
