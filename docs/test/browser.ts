import { existsSync } from 'node:fs'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, extname, join } from 'node:path'

import { execa } from 'execa'
import { chromium, type Browser } from 'playwright-core'

import { root } from '../tools/markdown.ts'

/** The Chromium that CHROMIUM names or, if it is not set, an installed Chromium or Chrome. */
function chromiumPath(): string | undefined {
  const { CHROMIUM: named } = process.env
  const places = [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ]
  return (named === undefined ? places : [named]).find((place) => existsSync(place))
}

/** Whether to skip the tests that need a browser. With CI=true, a missing browser is a failure. */
export const withoutBrowser = chromiumPath() === undefined && process.env['CI'] !== 'true'

export async function launchBrowser(): Promise<Browser> {
  const executablePath = chromiumPath()
  if (executablePath === undefined)
    throw new Error('no Chromium here: install one, or name one with CHROMIUM=/path/of/it')
  return await chromium.launch({ args: noRequests, executablePath })
}

/** Keeps the browser from sending requests of its own. */
const noRequests = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
}

/** The built site on a free port. */
export interface Site extends AsyncDisposable {
  readonly url: string
  /** The paths of its pages: /01-basic.html */
  readonly pages: readonly string[]
  has(path: string): boolean
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
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pages: files.filter((file) => file.endsWith('.html')).map((file) => `/${file}`),
    has: (path) => existsSync(join(folder, path.endsWith('/') ? `${path}index.html` : path)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await rm(folder, { recursive: true })
    },
  }
}
