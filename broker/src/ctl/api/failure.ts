/** rabbitmqctl's exit codes. */
export const exitCodes = { usage: 64, data: 65, noUser: 67, unavailable: 69 } as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Why a command failed: the lines for stderr, and the exit code. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  readonly exitCode: ExitCode

  constructor(message: string, exitCode: ExitCode = exitCodes.unavailable) {
    super(message)
    this.exitCode = exitCode
  }
}

/** The command was not written as it should be: its usage helps. */
export class UsageFailure extends CommandFailure {
  override readonly name = 'CommandFailure'

  constructor(message: string, exitCode: ExitCode = exitCodes.usage) {
    super(message, exitCode)
  }
}
