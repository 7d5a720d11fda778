// Runs a program of a lesson from the root folder: `pnpm basic consumer --count 5` is
// node tour/lesson.js basic consumer --count 5
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const [node = '', , lesson, first, ...args] = process.argv

process.chdir(fileURLToPath(new URL(`../packages/${lesson}/`, import.meta.url)))
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
const start = 'node --import tsx '
const programs = Object.keys(scripts).filter((each) => scripts[each].startsWith(start))
// The service starts without a name.
const name = first ?? programs.find((each) => each === 'start')
// Some programs have a second name, such as consumer for server, which works, but is not listed.
const listed = programs.filter(
  (each, index) => programs.findIndex((other) => scripts[other] === scripts[each]) === index,
)

if (programs.includes(name)) {
  // The program runs in this process, so a signal to this process reaches the program.
  process.argv = [node, 'run.js', scripts[name].slice(start.length), ...args]
  await import('./run.js')
} else if (name === undefined || name === '--help')
  process.stdout.write(
    `The lesson ${lesson} has these programs, each with its own --help:\n${listed.map((each) => `  ${each}\n`).join('')}`,
  )
else {
  process.stderr.write(
    `error: the lesson ${lesson} has no "${name}"; its programs are ${listed.join(', ')}\n`,
  )
  process.exitCode = 1
}
