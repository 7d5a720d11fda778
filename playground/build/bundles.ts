import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import * as client from '@messaging-patterns/shared'
import * as cli from '@messaging-patterns/shared/cli'
import { build, type BuildOptions, type Plugin } from 'esbuild'

import { buildExercises } from './exercises.ts'
import { buildPackages } from './packages.ts'
import { outside, threadFiles, without, withoutSchedules } from './plugins.ts'
import * as util from '../src/standins/modules/util.ts'
import { lessonPrograms, lessonSources, type LessonProgram } from './programs.ts'
import { importable, nodeFile, replaceNode, standInOf, yargsFile } from './stand-ins.ts'
import { withoutUnused } from './unused.ts'

const playground = fileURLToPath(new URL('../', import.meta.url))
const broker = fileURLToPath(new URL('../../broker/src/', import.meta.url))
const tasks = fileURLToPath(new URL('../../packages/tasks/src/', import.meta.url))

/** Where the build for the site writes. */
export const dist = join(playground, 'dist')

const common = {
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  minify: true,
  logLevel: 'warning',
  legalComments: 'none',
} as const satisfies BuildOptions

/**
 * What all programs share, in one file: their worker, the stand-ins for Node, and the shared package.
 * Programs import the shared package, and the larger modules of Node, from small files that take it from there.
 */
async function buildPlatform(folder: string): Promise<void> {
  await build({
    ...common,
    plugins: [replaceNode, withoutUnused],
    entryPoints: [join(playground, 'src/program-worker/main.ts')],
    outfile: join(folder, 'program.js'),
  })
  for (const each of ['shared', 'node']) mkdirSync(join(folder, each), { recursive: true })
  const reexport = (file: string, name: string, exported: readonly string[]): void =>
    writeFileSync(
      join(folder, file),
      `import{${name}}from"../program.js";export const{${exported.join(',')}}=${name}`,
    )
  for (const [name, exported] of Object.entries({ index: client, cli }))
    reexport(`shared/${name}.js`, name, Object.keys(exported))
  reexport(nodeFile('util'), 'util', Object.keys(util))
  reexport(nodeFile('events'), 'events', ['EventEmitter', 'once'])
  // There is only one Buffer.
  writeFileSync(join(folder, nodeFile('buffer')), 'export const{Buffer}=globalThis')
}

/** Node's smaller modules for programs. The platform has its own copies. */
async function buildNodeModules(folder: string): Promise<void> {
  await build({
    ...common,
    plugins: [replaceNode],
    outdir: folder,
    entryPoints: importable.map((name) => ({
      in: standInOf(name),
      out: nodeFile(name).replace(/\.js$/, ''),
    })),
  })
}

/** Builds programs of a lesson. What several of them need is in a file of its own, which a scene loads once. */
async function buildPrograms(
  programs: readonly LessonProgram[],
  folder: string,
  plugins: Plugin[] = [],
): Promise<void> {
  const [first] = programs
  if (first === undefined) return
  await build({
    ...common,
    plugins: [outside('../../'), ...plugins],
    splitting: true,
    chunkNames: '[name]-[hash]',
    entryPoints: programs.map(({ name, file }) => ({ in: file, out: basename(name) })),
    outdir: join(folder, 'programs', lessonOf(first)),
  })
}

function lessonOf({ name }: LessonProgram): string {
  return name.split('/')[0] ?? ''
}

/** The programs of chapter 12, and what they run in threads. */
async function buildTasks(programs: readonly LessonProgram[], folder: string): Promise<void> {
  const schedulers = programs.filter(({ name }) => name === 'tasks/scheduler')
  const others = programs.filter((program) => !schedulers.includes(program))
  const inThreads = ['fibonacci.ts', 'running/thread-entry.mjs'].map((file) => ({
    name: `tasks/${basename(file, extname(file))}`,
    file: join(tasks, file),
  }))
  await Promise.all([
    buildPrograms(schedulers, folder, [threadFiles]),
    buildPrograms([...others, ...inThreads], folder, [threadFiles, withoutSchedules]),
  ])
}

async function buildLessons(folder: string): Promise<void> {
  const programs = lessonPrograms()
  const lessons = Array.from(new Set(programs.map(lessonOf)))
  const building = lessons.map((lesson) => {
    const its = programs.filter((program) => lessonOf(program) === lesson)
    return lesson === 'tasks' ? buildTasks(its, folder) : buildPrograms(its, folder)
  })
  await Promise.all(building)
}

/** The classes that only streams need, and their files in the broker. */
const forStreams = {
  StreamQueue: 'core/queue/stream-queue.ts',
  Amqp10Format: 'amqp10/amqp10-format.ts',
}

/**
 * Puts the classes that only streams need, a fifth of the broker, into streams.js. The broker gets
 * stand-ins for them: see src/broker-worker/late.ts.
 */
const streamsLater: Plugin = {
  name: 'streams in a file of their own',
  setup(bundle) {
    const filter = /\/(?:stream-queue|amqp10-format)\.ts$/
    bundle.onResolve({ filter }, ({ path, importer }) =>
      importer.endsWith('streams.js') ? undefined : { path: basename(path), namespace: 'late' },
    )
    bundle.onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => {
      const [name] = Object.entries(forStreams).find(([, file]) => file.endsWith(path)) ?? []
      const late = join(playground, 'src/broker-worker/late.ts')
      const contents = `import { late } from ${JSON.stringify(late)}
        export const ${name} = late('${name}')`
      return { contents, resolveDir: playground }
    })
    bundle.onResolve({ filter: /^streams\.js$/ }, ({ path }) => ({ path, namespace: 'streams' }))
    bundle.onLoad({ filter: /.*/, namespace: 'streams' }, () => ({
      contents: Object.entries(forStreams)
        .map(([name, file]) => `export { ${name} } from ${JSON.stringify(join(broker, file))}`)
        .join('\n'),
      resolveDir: playground,
    }))
  },
}

const ports = /^node:|\/(?:server|tls-server|certificate-authority|stream-connection)\.ts$/
const management = /\/(?:import-definitions|local-api)\.ts$/

async function buildBroker(folder: string): Promise<void> {
  await build({
    ...common,
    plugins: [without(new RegExp(`${ports.source}|${management.source}`)), streamsLater],
    splitting: true,
    outdir: folder,
    chunkNames: 'chunks/[name]-[hash]',
    entryPoints: [
      { in: join(playground, 'src/broker-worker/main.ts'), out: 'broker' },
      { in: 'streams.js', out: 'streams' },
    ],
  })
}

/** The broker with its management API, for pages in which learners build something. */
async function buildManagedBroker(folder: string): Promise<void> {
  const worker = join(playground, 'src/broker-worker/managed')
  const stubs = { 'node:buffer': standInOf('buffer'), 'node:crypto': join(worker, 'hashes.ts') }
  await build({
    ...common,
    plugins: [
      without(/\/late\.ts$/, { './late.ts': join(worker, 'no-late.ts') }),
      without(ports, stubs),
    ],
    entryPoints: [join(worker, 'main.ts')],
    outfile: join(folder, 'managed-broker.js'),
  })
}

function copySources(folder: string): void {
  const { folder: lessons, files } = lessonSources()
  for (const file of files) {
    const to = join(folder, 'sources', file)
    mkdirSync(dirname(to), { recursive: true })
    cpSync(join(lessons, file), to)
  }
}

/** What only some programs load, in a file of its own. */
async function buildFile(file: string, outfile: string): Promise<void> {
  await build({ ...common, plugins: [replaceNode], entryPoints: [file], outfile })
}

/** A file of the playground and what it imports, as one file for a page. */
export async function bundleOf(file: string): Promise<Uint8Array> {
  const entryPoints = [join(playground, file)]
  const { outputFiles } = await build({ ...common, entryPoints, write: false })
  return outputFiles[0]?.contents ?? new Uint8Array(0)
}

/** Writes everything that a page loads to a folder, which it replaces. */
export async function buildAll(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  await Promise.all([
    buildPlatform(folder),
    buildNodeModules(folder),
    buildBroker(folder),
    buildManagedBroker(folder),
    buildFile(join(playground, 'src/compiler/compiler.ts'), join(folder, 'compiler.js')),
    buildFile(yargsFile, join(folder, 'yargs.js')),
    buildLessons(folder),
    buildPackages(folder, common),
  ])
  await buildExercises(folder, common)
  copySources(folder)
  const names = lessonPrograms().map(({ name }) => name)
  writeFileSync(join(folder, 'programs.json'), JSON.stringify(names))
}
