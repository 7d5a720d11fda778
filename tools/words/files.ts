import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Files and folders that have not been rewritten yet. Remove one when `pnpm words PATH` finds nothing
 * in it; never add one.
 */
export const pending: readonly string[] = [
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'README.md',
  'bench/',
  'broker/',
  'docs/',
  'packages/',
  'shared/src/cli/',
  'tests/',
  'tour/',
]

/** Not our words, generated, or the phrases themselves. */
const excluded =
  /^(LICENSE|pnpm-lock\.yaml|bench\/results\.json|tools\/words\/(phrases|spelling|test\/.*)\.ts)$|\.(svg|png)$/

/** The files to check: those below the given paths, else all that are not pending. */
export function filesIn(root: string, paths: readonly string[]): string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...paths]
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 })
    .split('\0')
    .filter((file) => file !== '' && !excluded.test(file) && existsSync(join(root, file)))
    .filter((file) => paths.length > 0 || !pending.some((path) => file.startsWith(path)))
}
