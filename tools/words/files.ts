import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'

/** Not our words, generated, or the phrases themselves. */
const excluded =
  /^(LICENSE|pnpm-lock\.yaml|bench\/results\.json|tools\/words\/(names|phrases|spelling|test\/.*)\.ts)$|\.(svg|png)$/

/** The files to check: those below the given paths, else all. */
export function filesIn(root: string, paths: readonly string[]): string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...paths]
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 })
  // During a merge, git lists a file with conflicts once for each side.
  return [...new Set(listed.split('\0'))].filter(
    (file) => file !== '' && !excluded.test(file) && isFile(join(root, file)),
  )
}

/** Not a file that was deleted, nor a link to a folder. */
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
