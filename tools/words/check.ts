// `pnpm words [PATH...]`: plain English in pages, comments, names and messages. Without a path it
// checks everything.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { filesIn } from './files.ts'
import { findIn, withoutCode } from './find.ts'
import { rules } from './rules.ts'

const root = process.cwd()
const paths = process.argv.slice(2)

const findings = filesIn(root, paths).flatMap(findInFile)
for (const finding of findings) process.stdout.write(`${finding}\n`)
if (findings.length > 0) {
  process.stdout.write(`${findings.length} to replace; the list is in tools/words/phrases.ts\n`)
  process.exitCode = 1
}
function findInFile(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const prose = file.endsWith('.md') ? withoutCode(text) : text
  return findIn(prose, rules).map(
    ({ line, column, phrase, write }) => `${file}:${line}:${column}: "${phrase}": write ${write}`,
  )
}
