// Starts a program that is written in TypeScript: node run.js src/producer.ts --count 10
// It runs as one file, built of it and of what it imports of ours (decisions/010).
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const [node = '', , program = '', ...words] = process.argv
const source = resolve(program)

const folder = new URL('./node_modules/.programs/', import.meta.url)
const root = fileURLToPath(new URL('../', import.meta.url))
const built = new URL(`${relative(root, source).replaceAll(/\W+/g, '-')}.mjs`, folder)

const require = createRequire(import.meta.url)
const libraries = ['amqplib', 'yargs'].map((name) => {
  const { version } = require(`./node_modules/${name}/package.json`)
  return { name, built: new URL(`${name}-${version}.mjs`, folder) }
})

if (await ready()) {
  process.argv = [node, source, ...words]
  // The built file turns them off; what nobody catches must name the lines of the source.
  process.setSourceMapsEnabled(true)
  process.on('uncaughtExceptionMonitor', () => {
    process.setSourceMapsEnabled(true)
  })
  await import(built.href)
} else process.exitCode = 1

/** Builds what is not there yet, or not any more. */
async function ready() {
  if (libraries.every((library) => existsSync(library.built)) && isFresh()) return true
  const { buildLibrary, buildProgram } = await import('./build.js')
  for (const library of libraries)
    if (!existsSync(library.built) && !(await buildLibrary(library))) return false
  // What is not ours loads while esbuild is at work.
  const loading = libraries.map((library) => import(library.built.href))
  const [isBuilt] = await Promise.all([buildProgram(source, built, libraries), ...loading])
  return isBuilt
}

/** Whether none of the files that it was built of has changed since. */
function isFresh() {
  try {
    const [, files = ''] = /\n\/\/(\[.*)\n$/.exec(readFileSync(built, 'utf8')) ?? []
    return JSON.parse(files).every(([file, size, edited]) => {
      const now = statSync(file)
      return now.size === size && now.mtimeMs === edited
    })
  } catch {
    return false
  }
}
