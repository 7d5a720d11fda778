import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import * as client from '@messaging-patterns/shared'
import * as cli from '@messaging-patterns/shared/cli'
import { build, type BuildOptions, type Plugin } from 'esbuild'

import { lessonPrograms, lessonSources, type LessonProgram } from './programs.ts'
import { importable, nodeFile, replaceNode, standInOf } from './stand-ins.ts'

const playground = fileURLToPath(new URL('../', import.meta.url))

/** Where the build writes. */
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
 * Programs import the shared package from small files that take it from there.
 */
async function buildPlatform(): Promise<void> {
  await build({
    ...common,
    plugins: [replaceNode],
    entryPoints: [join(playground, 'src/program-worker/main.ts')],
    outfile: join(dist, 'program.js'),
  })
  mkdirSync(join(dist, 'shared'))
  for (const [name, exported] of Object.entries({ index: client, cli }))
    writeFileSync(
      join(dist, 'shared', `${name}.js`),
      `import{${name}}from"../program.js";export const{${Object.keys(exported).join(',')}}=${name}`,
    )
}

/** Node's modules for programs. The platform has its own copies. */
async function buildNodeModules(): Promise<void> {
  await build({
    ...common,
    plugins: [replaceNode],
    outdir: dist,
    entryPoints: importable.map((name) => ({
      in: standInOf(name),
      out: nodeFile(name).replace(/\.js$/, ''),
    })),
  })
  // There is only one Buffer.
  writeFileSync(join(dist, nodeFile('buffer')), 'export const{Buffer}=globalThis')
}

/** Leaves what all programs share outside of a program. */
function outside(program: LessonProgram): Plugin {
  const root = '../'.repeat(program.name.split('/').length)
  return {
    name: 'outside',
    setup(bundle) {
      bundle.onResolve({ filter: /^node:/ }, ({ path }) => ({
        path: root + nodeFile(path.replace('node:', '')),
        external: true,
      }))
      bundle.onResolve({ filter: /^@messaging-patterns\/shared(\/cli)?$/ }, ({ path }) => ({
        path: `${root}shared/${path.endsWith('/cli') ? 'cli' : 'index'}.js`,
        external: true,
      }))
    },
  }
}

/**
 * In browsers, only promises can be followed: see the stand-in for node:async_hooks. esbuild turns no
 * `await` into promises if there is one outside of a function, so that one moves behind its output.
 */
const withoutAwait = {
  supported: { 'async-await': false, 'async-generator': false, 'for-await': false },
  footer: { js: 'await globalThis.program' },
  plugins: [
    {
      name: 'await outside of functions',
      setup(bundle) {
        bundle.onLoad({ filter: /tasks\/src\/\w+\.ts$/ }, ({ path }) => {
          const source = readFileSync(path, 'utf8')
          const contents = source.replace(/^await (?=run)/m, 'globalThis.program = ')
          return { contents, loader: 'ts' }
        })
      },
    },
  ],
} satisfies BuildOptions

async function buildProgram(program: LessonProgram): Promise<void> {
  const { plugins, ...options } = program.name.startsWith('tasks/') ? withoutAwait : { plugins: [] }
  await build({
    ...common,
    ...options,
    plugins: [outside(program), ...plugins],
    entryPoints: [program.file],
    outfile: join(dist, 'programs', `${program.name}.js`),
  })
}

/** The broker needs nothing of Node, except to listen on ports and for its management API. */
const withoutPorts: Plugin = {
  name: 'a broker without ports',
  setup(bundle) {
    bundle.onResolve(
      { filter: /^node:|\/(server|tls-server|certificate-authority|stream-connection)\.ts$/ },
      ({ path }) => ({
        path,
        namespace: 'absent',
      }),
    )
    bundle.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({
      contents: 'module.exports = {}',
    }))
  },
}

async function buildBroker(): Promise<void> {
  await build({
    ...common,
    plugins: [withoutPorts],
    splitting: true,
    outdir: dist,
    chunkNames: 'chunks/[name]-[hash]',
    entryPoints: [{ in: join(playground, 'src/broker-worker/main.ts'), out: 'broker' }],
  })
}

function copySources(): void {
  const { folder, files } = lessonSources()
  for (const file of files) {
    const to = join(dist, 'sources', file)
    mkdirSync(dirname(to), { recursive: true })
    cpSync(join(folder, file), to)
  }
}

/** A file of the playground and what it imports, as one file for a page. */
export async function bundleOf(file: string): Promise<Uint8Array> {
  const entryPoints = [join(playground, file)]
  const { outputFiles } = await build({ ...common, entryPoints, write: false })
  return outputFiles[0]?.contents ?? new Uint8Array(0)
}

/** Writes everything that a page loads. */
export async function buildAll(): Promise<void> {
  rmSync(dist, { recursive: true, force: true })
  mkdirSync(dist)
  await Promise.all([
    buildPlatform(),
    buildNodeModules(),
    buildBroker(),
    build({
      ...common,
      entryPoints: [join(playground, 'src/compiler/compiler.ts')],
      outfile: join(dist, 'compiler.js'),
    }),
    ...lessonPrograms().map(buildProgram),
  ])
  copySources()
}
