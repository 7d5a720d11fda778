import { execa } from 'execa'

import { deadline } from '../waiting/deadline.ts'

/** Runs a command of Docker, and resolves with its output. */
export async function docker(
  args: readonly string[],
  options: { cwd?: string; env?: Readonly<Record<string, string>>; timeout?: number } = {},
): Promise<string> {
  const { stdout } = await execa('docker', args, { timeout: deadline, ...options })
  return stdout
}
