/** The value of an option is invalid. */
export class InvalidOptionError extends Error {
  override readonly name = 'InvalidOptionError'
  readonly option: string

  constructor(option: string, problem: string) {
    super(`the option ${option} ${problem}`)
    this.option = option
  }
}

export function checkPort(option: string, port: number | null): void {
  if (port === null) return
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidOptionError(option, `is ${port}, not a port from 0 to 65535`)
}
