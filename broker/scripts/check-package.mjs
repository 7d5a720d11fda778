// Packs the package as it would be published, and has publint and are-the-types-wrong look at it.
// Both are fetched for the occasion: nothing else needs them.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const folder = mkdtempSync(path.join(tmpdir(), 'package-'))
const run = (command, ...args) => execFileSync(command, args, { stdio: 'inherit' })
try {
  run('pnpm', 'pack', '--pack-destination', folder)
  const [tarball] = readdirSync(folder)
  const file = path.join(folder, tarball)
  run('npx', '--yes', 'publint@0.3', 'run', file, '--strict')
  run('npx', '--yes', '@arethetypeswrong/cli@0.18', file, '--profile', 'esm-only')
} finally {
  rmSync(folder, { recursive: true, force: true })
}
