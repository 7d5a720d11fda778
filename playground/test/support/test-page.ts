import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'

import { deadline } from '@messaging-patterns/testkit'
import { launchBrowser, launchFirefox, type FirefoxTab } from '@messaging-patterns/testkit/browser'
import type { Page } from 'playwright-core'

import './globals.ts'

import { buildAll, bundleOf } from '../../build/bundles.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.ts': 'text/plain; charset=utf-8',
}

const html = `<!doctype html><title>playground</title><link rel="icon" href="data:,">
<script type="module">
import * as engine from './engine.js'
globalThis.engine = engine
</script>`

async function contentOf(
  path: string,
  folder: string,
  engine: Uint8Array,
): Promise<string | Uint8Array> {
  if (path === '/') return html
  return path === '/engine.js' ? engine : await readFile(join(folder, path))
}

/** The address of a page that loads the engine, as `globalThis.engine`. */
interface ServedPage extends AsyncDisposable {
  readonly url: string
}

/** Builds the playground, and serves a page that loads a file. */
async function servePage(entry: string): Promise<ServedPage> {
  const folder = await mkdtemp(join(tmpdir(), 'messaging-patterns-playground-'))
  await buildAll(folder)
  const engine = await bundleOf(entry)
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    contentOf(pathname, folder, engine).then(
      (body) => {
        response.setHeader('content-type', types[extname(pathname) || '.html'] ?? 'text/plain')
        response.end(body)
      },
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await rm(folder, { recursive: true })
    },
  }
}

const engineAndScenes = 'test/support/page-entry.ts'

/** A page in Chromium that has loaded the engine. */
export interface TestPage extends AsyncDisposable {
  readonly page: Page
  /** What must not happen: errors, missing files, and requests to other hosts. */
  readonly faults: string[]
  /** The requests for files so far: their paths. */
  readonly requests: string[]
}

/** Opens a page in Chromium that loads a file, by default the engine and the scenes. */
export async function openTestPage(entry = engineAndScenes): Promise<TestPage> {
  const served = await servePage(entry)
  const browser = await launchBrowser()
  const page = await browser.newPage()
  page.setDefaultTimeout(deadline)
  const faults: string[] = []
  const requests: string[] = []
  page.on('console', (message) => faults.push(message.text()))
  page.on('pageerror', (error) => faults.push(String(error)))
  // Those of workers, too.
  page.context().on('request', (request) => {
    const { pathname, origin, protocol } = new URL(request.url())
    if (`${origin}/` === served.url) requests.push(pathname)
    else if (protocol !== 'data:' && protocol !== 'blob:') faults.push(`asks ${request.url()}`)
  })
  page.context().on('response', (response) => {
    if (!response.ok()) faults.push(`${response.status()} ${response.url()}`)
  })
  await page.goto(served.url)
  await page.waitForFunction('globalThis.engine')
  return {
    page,
    faults,
    requests,
    async [Symbol.asyncDispose]() {
      await browser.close()
      await served[Symbol.asyncDispose]()
    },
  }
}

/** A page in Firefox that has loaded the engine and the scenes. */
export interface FirefoxPage extends AsyncDisposable {
  readonly page: FirefoxTab
  readonly faults: string[]
}

export async function openFirefoxPage(): Promise<FirefoxPage> {
  const served = await servePage(engineAndScenes)
  const browser = await launchFirefox()
  const page = await browser.newPage()
  page.setDefaultTimeout(deadline)
  const faults: string[] = []
  page.on('console', (message) => faults.push(message.text()))
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    const isOurs = `${origin}/` === served.url || protocol === 'data:' || protocol === 'blob:'
    if (!isOurs) faults.push(`asks ${request.url()}`)
  })
  page.on('response', (response) => {
    if (!response.ok()) faults.push(`${response.status()} ${response.url()}`)
  })
  await page.goto(served.url)
  await page.waitForFunction('globalThis.engine')
  return {
    page,
    faults,
    async [Symbol.asyncDispose]() {
      await browser.close()
      await served[Symbol.asyncDispose]()
    },
  }
}
