import { fileURLToPath } from 'node:url'

import { deadline } from '@messaging-patterns/testkit'
import { build } from 'esbuild'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

import type { drawPicture, Picture } from '../../../src/picture/picture.ts'
import type { Update } from '../../../src/picture/update.ts'

declare global {
  interface Window {
    drawPicture: typeof drawPicture
    picture: Picture
  }
}

const source = (file: string): string =>
  fileURLToPath(new URL(`../../../src/picture/${file}`, import.meta.url))

let bundle: Promise<{ readonly script: string; readonly style: string }> | undefined

/** The picture as a page loads it. */
export function picturePage(): Promise<{ readonly script: string; readonly style: string }> {
  bundle ??= buildPage()
  return bundle
}

async function buildPage() {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { drawPicture } from ${JSON.stringify(source('picture.ts'))}
import ${JSON.stringify(source('picture.css'))}
window.drawPicture = drawPicture`,
      resolveDir: source('.'),
    },
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    outdir: 'out',
  })
  const text = (end: string): string =>
    outputFiles.find(({ path }) => path.endsWith(end))?.text ?? ''
  return { script: text('.js'), style: text('.css') }
}

export interface OpenedPicture extends AsyncDisposable {
  readonly page: Page
  /** What should not happen: errors, and requests. */
  readonly faults: readonly string[]
  readonly update: (update: Update) => Promise<void>
}

/** Opens a page that only has a picture. */
export async function openPicture(
  browser: Browser,
  { dark = false, ...options }: BrowserContextOptions & { readonly dark?: boolean } = {},
): Promise<OpenedPicture> {
  const { script, style } = await picturePage()
  const context = await browser.newContext(options)
  context.setDefaultTimeout(deadline)
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('request', (request) => {
    if (!request.url().startsWith('about:')) faults.push(`asks ${request.url()}`)
  })
  await page.setContent(`<!doctype html><html lang="en" class="${dark ? 'dark' : ''}">
<meta name="viewport" content="width=device-width"><title>A picture</title>
<style>body { margin: 16px; background: ${dark ? '#1b1b1f' : '#fff'} } ${style}</style>
<main></main>`)
  await page.addScriptTag({ content: script })
  await page.evaluate(() => {
    const main = document.querySelector('main')
    if (main !== null) window.picture = window.drawPicture(main, { label: 'The broker' })
  })
  const update = (next: Update): Promise<void> =>
    page.evaluate((each) => window.picture.update(each), next)
  return { page, faults, update, [Symbol.asyncDispose]: () => context.close() }
}
