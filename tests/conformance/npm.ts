import { join } from 'node:path'

import { runOrThrow } from './command.ts'
import { Unavailable } from './suite.ts'

/**
 * Installs a package and its dependencies in `folder`. It does not install its devDependencies, so name
 * `others` that its tests need.
 */
export async function fetchPackage(
  name: string,
  folder: string,
  others: readonly string[] = [],
): Promise<void> {
  const command = ['npm', 'install', '--no-audit', '--no-fund', '--prefix', folder, name, ...others]
  try {
    await runOrThrow(command, { cwd: folder, timeoutSeconds: 120 })
  } catch (cause) {
    throw new Unavailable(`${name} cannot be fetched from npm`, { cause })
  }
}

export function packageFolder(name: string, folder: string): string {
  return join(folder, 'node_modules', name)
}
