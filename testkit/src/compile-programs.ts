import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { build, type Plugin } from 'esbuild'
import type { TestProject } from 'vitest/node'

const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * The vitest globalSetup that compiles the programs of the lessons, so that a process starts in a
 * quarter of the time: tsx would load each of their files again. Program then starts what was compiled.
 * The tour and the pages in docs start the same programs with tsx, as a reader does.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'messaging-patterns-programs-'))
  await compile(folder)
  project.onTestsRerun(() => compile(folder))
  project.provide('compiledPrograms', folder)
  return () => rm(folder, { recursive: true })
}

async function compile(folder: string): Promise<void> {
  await build({
    entryPoints: lessonPrograms().map((file) => join(root, file)),
    outbase: root,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    plugins: [ownUrls],
    banner: { js: requireForAmqplib },
    logLevel: 'warning',
  })
}

// amqplib is a CommonJS package: it calls `require`.
const requireForAmqplib = `import { createRequire as requireFrom } from 'node:module'
const require = requireFrom(import.meta.url)`

/** Lets each file find others next to itself, although it becomes part of a file somewhere else. */
const ownUrls: Plugin = {
  name: 'own urls',
  setup(bundler) {
    bundler.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const url = JSON.stringify(pathToFileURL(path).href)
      return { contents: source.replaceAll('import.meta.url', url), loader: 'ts' }
    })
  },
}

/** The programs in the scripts of the lessons. A package without a tour is not a lesson. */
function lessonPrograms(): string[] {
  const lessons = readdirSync(join(root, 'packages')).filter((name) =>
    existsSync(join(root, 'packages', name, 'tour.ts')),
  )
  const programs = lessons.flatMap((lesson) => {
    const manifest = readFileSync(join(root, 'packages', lesson, 'package.json'), 'utf8')
    const files = manifest.matchAll(/--import tsx (src\/[\w-]+\.ts)"/g)
    return Array.from(files, ([, file]) => `packages/${lesson}/${file}`)
  })
  return [...new Set(programs)]
}
