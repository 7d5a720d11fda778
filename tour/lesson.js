// Runs a program of a lesson from the project's folder: `pnpm basic consumer --count 5` is
// node tour/lesson.js basic consumer --count 5
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const [node = '', , lesson, name, ...words] = process.argv

process.chdir(fileURLToPath(new URL(`../packages/${lesson}/`, import.meta.url)))
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
const names = Object.keys(scripts)

if (Object.hasOwn(scripts, name)) {
  // "node ../../shared/run.js src/consumer.ts": this process can be that node.
  const [, file, ...first] = scripts[name].split(' ')
  process.argv = [node, resolve(file), ...first, ...words]
  await import(pathToFileURL(file))
} else if (name === undefined || name === '--help')
  process.stdout.write(
    `The lesson ${lesson} has these programs, each with its own --help:\n${names.map((each) => `  ${each}\n`).join('')}`,
  )
else {
  process.stderr.write(`error: the lesson ${lesson} has no "${name}"; it has ${names.join(', ')}\n`)
  process.exitCode = 1
}
