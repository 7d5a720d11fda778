// Starts a program that is written in TypeScript: node run.js src/producer.ts --count 10
// It runs as one file, built of it and of what it imports of ours (decisions/010).
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const [node = '', , program = '', ...words] = process.argv
const source = resolve(program)

const folder = new URL('./node_modules/.programs/', import.meta.url)
const built = new URL(`${nameOf(source)}.mjs`, folder)

const require = createRequire(import.meta.url)
const isInstalled = existsSync(new URL('./node_modules/', import.meta.url))
const libraries = isInstalled ? ['amqplib', 'yargs'].map(libraryOf) : []

if (!isInstalled) await import('./use-pnpm.js')
else if (await ready()) {
  process.argv = [node, source, ...words]
  // The built file turns them off; what nobody catches must name the lines of the source.
  process.setSourceMapsEnabled(true)
  process.on('uncaughtExceptionMonitor', () => {
    process.setSourceMapsEnabled(true)
  })
  await import(built.href)
} else process.exitCode = 1

function libraryOf(name) {
  const { version } = require(`./node_modules/${name}/package.json`)
  return { name, built: new URL(`${name}-${version}.mjs`, folder) }
}

/** "packages/basic/src/producer.ts" as the name of a file that no other program has. */
function nameOf(path) {
  const root = fileURLToPath(new URL('../', import.meta.url))
  return relative(root, path).replaceAll(/[^\w.-]/gu, (char) => `~${char.codePointAt(0)}~`)
}

/** Builds what is not there yet, or not any more. */
async function ready() {
  const parts = [source, ...libraries.map((library) => library.built.href)]
  if (libraries.every((library) => existsSync(library.built)) && isFresh(parts)) return true
  mkdirSync(folder, { recursive: true })
  const { buildLibrary, buildProgram } = await import('./build.js')
  for (const library of libraries)
    if (!existsSync(library.built) && !(await buildLibrary(library))) return false
  // What is not ours loads while esbuild is at work.
  const loading = libraries.map((library) => import(library.built.href))
  const building = buildProgram({ source, built, libraries, parts })
  const [isBuilt] = await Promise.all([building, ...loading])
  return isBuilt
}

/** Whether it was built of this program for these libraries, and no file has changed since. */
function isFresh(parts) {
  try {
    const [, last] = /\n\/\/(.*)\n$/.exec(readFileSync(built, 'utf8'))
    const made = JSON.parse(last)
    if (made.parts.join() !== parts.join()) return false
    return made.files.every(([file, size, edited]) => {
      const now = statSync(file)
      return now.size === size && now.mtimeMs === edited
    })
  } catch {
    return false
  }
}
