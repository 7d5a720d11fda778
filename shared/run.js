// Starts a program that is written in TypeScript: node run.js src/producer.ts --count 10
// esbuild makes one file of it and of what it imports of ours (decisions/010).
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, renameSync } from 'node:fs'
import { createRequire } from 'node:module'
import { relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const [node = '', , program = '', ...words] = process.argv
const source = resolve(program)
const root = fileURLToPath(new URL('../', import.meta.url))

// From here the built file finds amqplib and yargs, which are this package's.
const folder = new URL('./node_modules/.programs/', import.meta.url)
const built = new URL(`${relative(root, source).replaceAll(/\W+/g, '-')}.mjs`, folder)
mkdirSync(folder, { recursive: true })

// What is not ours loads while esbuild is at work.
const [isBuilt] = await Promise.all([build(), import('amqplib'), import('yargs')])
if (isBuilt) {
  process.setSourceMapsEnabled(true)
  process.argv = [node, source, ...words]
  await import(built.href)
} else process.exitCode = 1

async function build() {
  const unfinished = new URL(`${built.href}.${process.pid}`)
  const options = [
    '--bundle',
    '--platform=node',
    '--format=esm',
    '--target=node20',
    '--external:amqplib',
    '--external:yargs',
    '--sourcemap=inline',
    '--sources-content=false',
    '--log-level=error',
    `--outfile=${fileURLToPath(unfinished)}`,
  ]
  const builder = spawn(esbuild(), [source, ...options], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [exitCode] = await once(builder, 'close')
  // The same program may be starting a second time, and must find the whole file.
  if (exitCode === 0) renameSync(unfinished, built)
  return exitCode === 0
}

/** The binary itself: esbuild's JavaScript takes longer to load than the binary to build. */
function esbuild() {
  const { resolve: find } = createRequire(createRequire(import.meta.url).resolve('esbuild'))
  const file = process.platform === 'win32' ? 'esbuild.exe' : 'bin/esbuild'
  return find(`@esbuild/${process.platform}-${process.arch}/${file}`)
}
