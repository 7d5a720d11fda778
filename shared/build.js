// Makes one file of a program, or of a library, with esbuild.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))

/** What a build depends on beside the files of the program. */
const tools = ['run.js', 'build.js', '../tsconfig.json'].map((file) => resolve(here, file))

/** Builds a program. The last line says of what, for run.js to see that something has changed. */
export async function buildProgram({ source, built, libraries, parts }) {
  const began = Date.now()
  const unfinished = unfinishedOf(built)
  const metafile = `${unfinished}.json`
  const options = [
    source,
    `--metafile=${metafile}`,
    '--sourcemap=inline',
    '--sources-content=false',
    // The stack that somebody reads names the lines of the source; amqplib makes many that nobody
    // reads, and each of them would be looked up.
    "--banner:js=process.setSourceMapsEnabled(process.argv.some((word) => word.startsWith('--verbose')));",
  ]
  for (const library of libraries) {
    const file = `./${basename(library.built.pathname)}`
    options.push(`--alias:${library.name}=${file}`, `--external:${file}`)
  }
  if (!(await esbuild(unfinished, options))) return false
  const { inputs } = JSON.parse(readFileSync(metafile, 'utf8'))
  rmSync(metafile)
  const files = [source, ...Object.keys(inputs).map((input) => resolve(here, input))].map(stateOf)
  // One that was edited just now may have been read before. Some file systems keep two seconds
  // apart, and nothing finer.
  if (files.every(([, , edited]) => edited < began - 2000)) {
    const made = { parts, files: [...files, ...tools.map(stateOf)] }
    appendFileSync(unfinished, `\n//${JSON.stringify(made)}\n`)
  }
  renameSync(unfinished, built)
  return true
}

function stateOf(file) {
  const { size, mtimeMs } = statSync(file)
  return [file, size, mtimeMs]
}

/**
 * One file loads in half the time of the many that a library has. It stays until there is another
 * version.
 */
export async function buildLibrary({ name, built }) {
  const names = Object.keys(await import(name)).filter((each) => /^\w+$/.test(each))
  const unfinished = unfinishedOf(built)
  const isBuilt = await esbuild(
    unfinished,
    [
      "--banner:js=import { createRequire as own } from 'node:module'; const require = own(import.meta.url);",
    ],
    `export { ${names.join()} } from '${name}'`,
  )
  if (isBuilt) renameSync(unfinished, built)
  return isBuilt
}

/** The same may be starting a second time, and must find the whole file: this becomes it. */
function unfinishedOf(built) {
  return fileURLToPath(`${built.href}.${process.pid}`)
}

async function esbuild(outfile, options, text) {
  const { resolve: find } = createRequire(createRequire(import.meta.url).resolve('esbuild'))
  // The binary itself: esbuild's JavaScript takes longer to load than the binary to build.
  const file = process.platform === 'win32' ? 'esbuild.exe' : 'bin/esbuild'
  const builder = spawn(
    find(`@esbuild/${process.platform}-${process.arch}/${file}`),
    [
      ...options,
      '--bundle',
      '--platform=node',
      '--format=esm',
      '--target=node20',
      '--log-level=error',
      `--outfile=${outfile}`,
    ],
    { cwd: here, stdio: [text === undefined ? 'ignore' : 'pipe', 'inherit', 'inherit'] },
  )
  builder.stdin?.end(text)
  const [exitCode] = await once(builder, 'close')
  return exitCode === 0
}
