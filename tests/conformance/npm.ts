import { join } from 'node:path'

import { runWell } from './command.ts'
import { Unavailable } from './unavailable.ts'

/** Installs a package with what it needs, and nothing of what it was built with, below `folder`. */
export async function fetchPackage(name: string, folder: string): Promise<void> {
  const command = ['npm', 'install', '--no-audit', '--no-fund', '--prefix', folder, name]
  try {
    await runWell(command, { cwd: folder, seconds: 120 })
  } catch (cause) {
    throw new Unavailable(`${name} cannot be fetched from npm`, { cause })
  }
}

export function packageFolder(name: string, folder: string): string {
  return join(folder, 'node_modules', name)
}
