import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { build, type BuildOptions, type Plugin } from 'esbuild'

import type { CatalogEntry } from '../src/exercises/catalog.ts'
import { replaceNodeBy } from './stand-ins.ts'

const playground = fileURLToPath(new URL('../', import.meta.url))
const exercises = fileURLToPath(new URL('../../exercises/', import.meta.url))
const worker = join(playground, 'src/check-worker')

/** The names of all exercises: their folders. */
export function exerciseNames(): readonly string[] {
  return readdirSync(exercises)
    .filter((name) => /^\d\d-/.test(name))
    .toSorted()
}

/** A path as a literal of JavaScript. */
function literal(...parts: readonly string[]): string {
  return JSON.stringify(join(...parts))
}

/** The entry of the worker: the judge and the checks of exercises/ as they are. */
function entry(): string {
  const names = exerciseNames()
  const checks = names.map(
    (name, i) => `import { exercise as e${i} } from ${literal(exercises, name, 'check.ts')}`,
  )
  const list = names.map((name, i) => `${JSON.stringify(name)}: e${i}`)
  return [
    `import ${literal(playground, 'src/standins/process/globals.ts')}`,
    `import { judge } from ${literal(exercises, 'src/judge/judge.ts')}`,
    `import { serveChecks } from ${literal(worker, 'serve.ts')}`,
    ...checks,
    `serveChecks(judge, { ${list.join(', ')} })`,
  ].join('\n')
}

/** In Node, esbuild compiles a program. In a page it is the page's compiler, with the same verdict. */
const compileInPage: Plugin = {
  name: 'compile in the page',
  setup(bundle) {
    bundle.onLoad({ filter: /exercises\/src\/trial\/compile\.ts$/ }, () => ({
      contents: `import { compileProgram } from ${literal(worker, 'compile.ts')}
        import { Wrong } from './wrong.ts'
        import { placeIn } from './crash.ts'
        export const compile = (program) => compileProgram(program).catch((error) => {
          const text = error.message.replace(/^\\S+:\\d+:\\d+: /, '')
          const place = placeIn(error.message, program)
          const where = place === undefined ? '' : ' (' + place + ')'
          throw new Wrong('Your program does not compile: ' + text + where)
        })`,
      resolveDir: join(exercises, 'src/trial'),
      loader: 'js',
    }))
  },
}

/** Lets each file believe that it is where it is in the repository. */
const ownUrls: Plugin = {
  name: 'own urls',
  setup(bundle) {
    bundle.onLoad({ filter: /exercises\/src\/.*\.ts$/ }, ({ path }) => {
      const url = `file:///course/exercises/${relative(exercises, path)}`
      const source = readFileSync(path, 'utf8')
      return { contents: source.replaceAll('import.meta.url', JSON.stringify(url)), loader: 'ts' }
    })
  },
}

/** Writes the worker that checks exercises, their programs, and a list of them. */
export async function buildExercises(folder: string, common: BuildOptions): Promise<void> {
  const net = join(playground, 'src/standins/network/net-with-servers.ts')
  await build({
    ...common,
    plugins: [compileInPage, ownUrls, replaceNodeBy({ net })],
    stdin: { contents: entry(), resolveDir: playground },
    outfile: join(folder, 'exercises.js'),
  })
  mkdirSync(join(folder, 'sources/exercises'), { recursive: true })
  for (const file of ['world.ts', 'bakers.ts', 'routes.ts'])
    cpSync(join(exercises, file), join(folder, 'sources/exercises', file))
  const catalog = await Promise.all(exerciseNames().map(catalogEntry))
  writeFileSync(join(folder, 'exercises.json'), JSON.stringify(catalog))
}

async function catalogEntry(name: string): Promise<CatalogEntry> {
  const read = (file: string): string => readFileSync(join(exercises, name, file), 'utf8')
  const { href } = pathToFileURL(join(exercises, name, 'check.ts'))
  const { exercise }: { readonly exercise: { readonly lesson: string } } = await import(href)
  const [heading = '', ...task] = read('task.md').split('\n')
  return {
    name,
    title: heading.replace(/^# /, ''),
    lesson: exercise.lesson,
    task: task.join('\n').trim(),
    hints: read('hints.md')
      .split(/^## /m)
      .map((hint) => hint.trim())
      .filter((hint) => hint !== ''),
    problem: read('problem.ts'),
    solution: read('solution.ts'),
  }
}
