import type { Score } from './score.ts'

/** A test suite that another project wrote for RabbitMQ, or our program that uses another project's client. */
export interface Suite {
  /** Includes the version, because the scores are for that version. */
  readonly name: string
  /** The Debian packages that it needs. */
  readonly packages?: readonly string[]
  /** It cannot use any other port. */
  readonly port5672?: true
  /**
   * `meanwhile`: it waits most of the time, so the others run at the same time. `last`: its clients have deadlines
   * that they miss on a busy machine.
   */
  readonly turn?: 'meanwhile' | 'last'
  /** Fetches what is not in a Debian package. */
  fetch?(folder: string): Promise<void>
  command(context: SuiteContext): SuiteCommand
  readonly parse: (output: string) => Score
  /** It is killed after this time. */
  readonly timeoutSeconds: number
  /** How many tests must pass on the embedded broker. */
  readonly mustPass: number
  /** RabbitMQ's score, with its version. */
  readonly rabbitmqScore: string
  /** Tests that are expected to fail on the embedded broker, with the reason. */
  readonly exceptions?: Readonly<Record<string, string>>
}

export interface SuiteContext {
  /** A temporary folder for this suite. */
  readonly folder: string
  readonly url: string
  /** The management API: http://guest:guest@127.0.0.1:15672 */
  readonly managementUrl: string
  /** For clients of the stream protocol. */
  readonly streamUrl: string
}

export interface SuiteCommand {
  readonly command: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
}

/** A suite cannot run on this machine; the message says what is missing. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
}
