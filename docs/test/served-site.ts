import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, extname, join } from 'node:path'

import { execa } from 'execa'

import { root } from '../tools/markdown.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
}

/** The built site on a free port. */
export interface Site extends AsyncDisposable {
  readonly url: string
  /** The paths of its pages: /01-basic.html */
  readonly pages: readonly string[]
  has(path: string): boolean
  /** The links of a page within the site that lead nowhere: to no page, or to no anchor of it. */
  deadLinks(path: string): string[]
}

/** The values of an attribute on a page. */
function valuesOf(attribute: string, html: string): Set<string> {
  const found = html.matchAll(new RegExp(`<[a-z][^>]* ${attribute}="([^"]+)"`, 'g'))
  return new Set([...found].map(([, value = '']) => decodeURIComponent(value)))
}

function remember<Value>(read: (path: string) => Value): (path: string) => Value {
  const known = new Map<string, Value>()
  return (path) => {
    const value = known.get(path) ?? read(path)
    known.set(path, value)
    return value
  }
}

export async function servedSite(): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'messaging-patterns-site-'))
  const vitepress = createRequire(import.meta.url).resolve('vitepress/package.json')
  const bin = join(dirname(vitepress), 'bin/vitepress.js')
  await execa(process.execPath, [bin, 'build', join(root, 'docs'), '--outDir', folder])
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const path = pathname.endsWith('/') ? `${pathname}index.html` : pathname
    readFile(join(folder, path)).then(
      (content) => {
        response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream')
        response.end(content)
      },
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const files = await readdir(folder, { recursive: true })
  const has = (path: string): boolean =>
    existsSync(join(folder, path.endsWith('/') ? `${path}index.html` : path))
  const read = remember((path: string) => {
    const html = readFileSync(join(folder, path.endsWith('/') ? `${path}index.html` : path), 'utf8')
    return {
      ids: valuesOf('id', html),
      links: valuesOf('href', html.replaceAll(/<link .*?>/g, '')),
    }
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pages: files.filter((file) => file.endsWith('.html')).map((file) => `/${file}`),
    has,
    deadLinks: (page) =>
      [...read(page).links].filter((link) => {
        const { origin, pathname, hash } = new URL(link, `http://localhost${page}`)
        if (origin !== 'http://localhost') return false
        return !has(pathname) || !(hash === '' || read(pathname).ids.has(hash.slice(1)))
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await rm(folder, { recursive: true })
    },
  }
}
