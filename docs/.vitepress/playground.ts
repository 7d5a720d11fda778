import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'

import type { UserConfig } from 'vitepress'

import { root } from '../tools/markdown.ts'

type Plugin = Extract<
  NonNullable<NonNullable<UserConfig['vite']>['plugins']>[number],
  { name: string }
>

/** Builds what scenes load: the broker, the programs of the lessons, and their sources. */
export function buildPlayground(folder: string): void {
  mkdirSync(dirname(folder), { recursive: true })
  execFileSync(process.execPath, ['--import', 'tsx', 'build/build.ts', folder], {
    cwd: join(root, 'playground'),
    stdio: 'inherit',
  })
}

/**
 * The graph library collects its algorithms in objects that we do not use. Told that making them changes
 * nothing else, the build leaves out those that no layout needs. Neither do ours need its ways to find columns.
 */
export const smallerGraphs: Plugin = {
  name: 'smaller-graphs',
  apply: 'build',
  transform(code, id) {
    if (!id.includes('dagre.esm.js')) return null
    const collecting = /(?<=[;,])(?=[\w$]+\([\w$]+,\{\w+:\(\)=>)/g
    const findingColumns = /(?<=\breturn \w+\(\w+\);)switch\(\w+\)\{case"network-simplex":[^}]*\}/
    const smaller = code.replaceAll(collecting, '/* @__PURE__ */').replace(findingColumns, '')
    return { code: smaller, map: null }
  },
}

/** In `pnpm site`, builds them when the server starts, and serves them. */
export function servedPlayground(base: string): Plugin {
  const folder = join(root, 'docs/.vitepress/cache/playground')
  return {
    name: 'playground',
    configureServer(server) {
      buildPlayground(folder)
      server.middlewares.use(`${base}playground`, (request, response, next) => {
        const path = decodeURI((request.url ?? '').replace(/[?#].*/, ''))
        if (path.includes('..')) return next()
        readFile(join(folder, path)).then((content) => {
          const type = extname(path) === '.js' ? 'text/javascript' : 'text/plain; charset=utf-8'
          response.setHeader('content-type', type)
          response.end(content)
        }, next)
      })
    },
  }
}
