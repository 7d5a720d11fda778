import { readFileSync } from 'node:fs'

import type { Plugin } from 'esbuild'

import { nodeFile } from './stand-ins.ts'

/** Leaves what all programs share outside of a file, from which `root` leads to the folder of the build. */
export function outside(root: string): Plugin {
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

/** What runs in a thread is a file of its own, and the build changes its name: it contains JavaScript there. */
export const threadFiles: Plugin = {
  name: 'files of threads',
  setup(bundle) {
    bundle.onResolve({ filter: /^tsx\// }, ({ path }) => ({ path, external: true }))
    bundle.onLoad({ filter: /tasks\/src\/(kitchen|running\/thread)\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8')
      const contents = source.replace(/(?<=new URL\('\.\/[\w-]+)\.(ts|mjs)(?=', import)/g, '.js')
      return { contents, loader: 'ts' }
    })
  },
}

/** A third of a task queue is for schedules, most of it a library for crontabs, and only a scheduler needs it. */
export const withoutSchedules: Plugin = {
  name: 'schedules that are never due',
  setup(bundle) {
    bundle.onResolve({ filter: /^croner$/ }, ({ path }) => ({ path, namespace: 'crontabs' }))
    bundle.onLoad({ filter: /.*/, namespace: 'crontabs' }, () => ({
      contents: 'export class Cron { nextRun() { return new Date(0) } }',
    }))
    bundle.onLoad({ filter: /tasks\/src\/scheduling\/schedule-runner\.ts$/ }, () => ({
      contents: 'export class ScheduleRunner {}',
    }))
  },
}

/** The broker needs nothing of Node, except to listen on ports and for its management API. */
export function without(filter: RegExp, stubs: Readonly<Record<string, string>> = {}): Plugin {
  return {
    name: 'a broker without ports',
    setup(bundle) {
      bundle.onResolve({ filter }, ({ path }) => {
        const stub = stubs[path]
        return stub === undefined ? { path, namespace: 'absent' } : { path: stub }
      })
      bundle.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({
        contents: 'module.exports = {}',
      }))
    },
  }
}
