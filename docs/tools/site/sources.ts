import { readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'

import { partsOfCourse } from './course.ts'
import { commentOf, docsPages, readLines, root } from '../markdown.ts'

/** The address of the repository, without a slash at its end. */
export function repository(): string {
  const manifest = readFileSync(join(root, 'broker/package.json'), 'utf8')
  const [, address] = /"git\+(https:.+)\.git"/.exec(manifest) ?? []
  if (address === undefined) throw new Error('broker/package.json has no repository')
  return address
}

/** The page that shows a source file: the name of a lesson, or of a package. */
export function pageOfSource(file: string): string {
  const [folder = '', name = ''] = file.split('/')
  return folder === 'packages' ? name : folder
}

/** What the programs of exercises import. Exercises have links to these files. */
const filesOfExercises = ['bakers.ts', 'routes.ts', 'world.ts'].map((name) => `exercises/${name}`)

/** Pages of Markdown that show whole files: all programs of each lesson, and what chapters and exercises name. */
export function sourcePages(): { page: string; content: string }[] {
  const files = new Map<string, Set<string>>()
  for (const file of [...filesOfLessons(), ...quotedFiles(), ...filesOfExercises]) {
    const page = pageOfSource(file)
    files.set(page, (files.get(page) ?? new Set()).add(file))
  }
  return [...files].map(([page, all]) => ({ page, content: contentOf(page, [...all]) }))
}

function filesOfLessons(): string[] {
  const chapters = partsOfCourse().flatMap((part) => part.chapters)
  const folders = chapters.map(({ path }) => `packages/${lessonOf(path)}/src`)
  return folders.flatMap((folder) =>
    filesIn(folder)
      .toSorted((one, other) => rank(one) - rank(other))
      .map((name) => `${folder}/${name}`),
  )
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts'))
  } catch {
    // Chapter 0 has no programs.
    return []
  }
}

/** What sends comes first, then what receives, and the definitions that they share come last. */
function rank(name: string): number {
  const order = ['producer.ts', 'client.ts', 'consumer.ts', 'server.ts', 'worker.ts']
  const last = ['topology.ts', 'command-line.ts']
  if (last.includes(name)) return 100 + last.indexOf(name)
  return order.includes(name) ? order.indexOf(name) : order.length
}

/** The path of a chapter is `/02-work-queues`, and its lesson is `work-queues`. */
function lessonOf(path: string): string {
  return path.replace(/^\/\d+-/, '')
}

function quotedFiles(): string[] {
  return docsPages()
    .flatMap((page) => readLines(page))
    .flatMap((line) => commentOf('code', line)?.split(' ')[0] ?? [])
}

function contentOf(page: string, files: readonly string[]): string {
  const chapter = partsOfCourse()
    .flatMap((part) => part.chapters)
    .find(({ path }) => lessonOf(path) === page)
  const intro =
    chapter === undefined
      ? [`# The code of \`${page}\``, 'The files that chapters and exercises name.']
      : [
          `# The code of lesson ${chapter.number}`,
          `All files of the lesson. [${chapter.title}](${chapter.path}) explains them piece by piece.`,
        ]
  return [...intro, ...files.flatMap(sectionOf), ''].join('\n\n')
}

function sectionOf(file: string): string[] {
  return [
    `## ${basename(file)}`,
    `[\`${file}\`](${repository()}/blob/main/${file})`,
    ['```ts', readFileSync(join(root, file), 'utf8').trimEnd(), '```'].join('\n'),
  ]
}
