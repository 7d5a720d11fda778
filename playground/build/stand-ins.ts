import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { Plugin, PluginBuild } from 'esbuild'

const require = createRequire(import.meta.url)
const folder = fileURLToPath(new URL('../src/standins/', import.meta.url))
const yargs = dirname(createRequire(require.resolve('@messaging-patterns/shared')).resolve('yargs'))

/** yargs itself: see its stand-in. */
export const yargsFile = join(yargs, 'browser.mjs')

/** The modules of Node that have a stand-in, and where it is. */
const standIns: Readonly<Record<string, string>> = {
  assert: 'modules/assert.ts',
  child_process: 'children/child-process.ts',
  async_hooks: 'modules/async-hooks.ts',
  crypto: 'modules/crypto.ts',
  fs: 'modules/fs.ts',
  'fs/promises': 'modules/fs-promises.ts',
  net: 'network/net.ts',
  os: 'modules/os.ts',
  path: 'children/path.ts',
  querystring: 'modules/querystring.ts',
  stream: 'streams/index.ts',
  'timers/promises': 'modules/timers-promises.ts',
  tls: 'network/tls.ts',
  tty: 'modules/tty.ts',
  url: 'modules/url.ts',
  util: 'modules/util.ts',
  worker_threads: 'modules/worker-threads.ts',
}

/** The modules of Node that npm packages stand in for. */
const packages: Readonly<Record<string, string>> = {
  buffer: require.resolve('buffer/'),
  events: require.resolve('events/'),
}

const all = [...Object.keys(standIns), ...Object.keys(packages)]

/** The file of a stand-in. */
export function standInOf(name: string): string {
  const file = standIns[name]
  const found = file === undefined ? packages[name] : join(folder, file)
  if (found === undefined) throw new Error(`nothing stands in for node:${name}`)
  return found
}

/** The file of the build that contains a module of Node: `node/timers-promises.js`. */
export function nodeFile(name: string): string {
  return `node/${name.replace('/', '-')}.js`
}

/**
 * The modules of Node that programs may import themselves, apart from those that all programs share. Each is a
 * small file of its own; a program loads what it needs.
 */
export const importable = ['async_hooks', 'crypto', 'fs', 'os', 'timers/promises', 'worker_threads']

const node = new RegExp(`^(?:node:)?(?:${all.join('|')})$`)

/** Replaces the modules of Node, yargs and what it takes from elsewhere, and a part of the shared package. */
export const replaceNode = replaceNodeBy({})

/** The same, with other files for some modules, by their names. */
export function replaceNodeBy(others: Readonly<Record<string, string>>): Plugin {
  return { name: 'stand-ins for Node', setup: (build) => replaceIn(build, others) }
}

function replaceIn(build: PluginBuild, others: Readonly<Record<string, string>>): void {
  build.onResolve({ filter: node }, ({ path, kind }) => {
    const name = path.replace(/^node:/, '')
    // amqplib calls what it requires, and a module with exports cannot be called.
    if (name === 'assert' && kind === 'require-call') return { path: name, namespace: 'callable' }
    return { path: others[name] ?? standInOf(name) }
  })
  build.onLoad({ filter: /.*/, namespace: 'callable' }, ({ path }) => ({
    contents: `module.exports = require(${JSON.stringify(standInOf(path))}).${path}`,
    resolveDir: folder,
  }))
  build.onResolve(
    {
      filter:
        /^(\.|\.\.\/transport)\/(incoming-bytes|internals|receive-frames|send-messages|write-batch)\.ts$/,
    },
    () => ({
      path: join(folder, 'network/transport.ts'),
    }),
  )
  build.onResolve({ filter: /^yargs$/ }, () => ({ path: join(folder, 'command-line/parser.ts') }))
  // yargs' build for browsers imports two of its dependencies from a public server.
  build.onResolve({ filter: /^https:\/\/unpkg\.com\/cliui@/ }, () => ({
    path: join(yargs, '../cliui/index.mjs'),
  }))
  build.onResolve({ filter: /^https:\/\/unpkg\.com\/yargs-parser@/ }, () => ({
    path: join(yargs, '../yargs-parser/browser.js'),
  }))
}
