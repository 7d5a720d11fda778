import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { build } from 'esbuild'

/** The page and what it loads. */
export interface Bundle {
  readonly html: string
  readonly script: string
  readonly style: string
}

/** Bundles the page. It takes a moment, so there is nothing to build before the start. */
export async function bundlePage(): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: [path('page/page.ts'), path('page/styles.css')],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    outdir: 'out',
    write: false,
  })
  const text = (end: string): string =>
    outputFiles.find((file) => file.path.endsWith(end))?.text ?? ''
  const html = await readFile(path('page/page.html'), 'utf8')
  return { html, script: text('.js'), style: text('.css') }
}

function path(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url))
}
