import { mkdir, rename, writeFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { build, type Plugin } from 'esbuild'

const folder = fileURLToPath(new URL('../../dist/', import.meta.url))
const compiled = new Map<string, Promise<string>>()

/**
 * Compiles a program and the code of this repository that it uses into one file, so that no process
 * that is measured contains a compiler. Packages from npm stay as they are.
 */
export function compile(program: string): Promise<string> {
  const known = compiled.get(program) ?? write(program)
  compiled.set(program, known)
  return known
}

async function write(program: string): Promise<string> {
  const file = join(folder, basename(program).replace(/\.\w+$/, '.mjs'))
  const { outputFiles } = await build({
    entryPoints: [program],
    bundle: true,
    plugins: [npmPackages],
    platform: 'node',
    target: 'node20',
    format: 'esm',
    write: false,
  })
  await mkdir(dirname(file), { recursive: true })
  // Another run may be about to start the same file, so it is replaced in one step.
  const unfinished = `${file}.${process.pid}`
  await writeFile(unfinished, outputFiles[0]?.contents ?? '')
  await rename(unfinished, file)
  return file
}

/** Imports what is in node_modules by its path: the compiled file is not where its program was. */
const npmPackages: Plugin = {
  name: 'npm packages',
  setup(bundler) {
    bundler.onResolve(
      { filter: /^[^./]/ },
      async ({ path, importer, kind, resolveDir, pluginData }) => {
        // `resolve` calls this again.
        if (isBuiltin(path) || pluginData === 'resolving' || kind === 'entry-point')
          return undefined
        const options = { importer, kind, resolveDir, pluginData: 'resolving' }
        const { path: file } = await bundler.resolve(path, options)
        return file.includes('/node_modules/') ? { path: file, external: true } : undefined
      },
    )
  },
}
