import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import type { LessonTour, TourProgram } from '@messaging-patterns/shared/cli'

export const lessonsFolder = fileURLToPath(new URL('../../../packages/', import.meta.url))

/** A lesson with what its tour.ts says: how to run it, and what it declares. */
export interface Lesson extends LessonTour {
  /** The name of its folder, as in "pnpm NAME consumer". */
  readonly name: string
  readonly folder: string
  /** The scripts of its package.json. */
  readonly scripts: Readonly<Record<string, string>>
}

/** All lessons that have a tour.ts, in the order of the course. */
export async function findLessons(folder = lessonsFolder): Promise<readonly Lesson[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const lessons = await Promise.all(names.map((name) => readLesson(join(folder, name), name)))
  return lessons
    .filter((lesson) => lesson !== undefined)
    .toSorted((a, b) => a.order - b.order || a.name.localeCompare(b.name))
}

async function readLesson(folder: string, name: string): Promise<Lesson | undefined> {
  const files = await readdir(folder)
  if (!files.includes('tour.ts')) return undefined
  const [module, manifest] = await Promise.all([
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- tsc has checked it as a LessonTour
    import(pathToFileURL(join(folder, 'tour.ts')).href) as Promise<{ tour?: LessonTour }>,
    readFile(join(folder, 'package.json'), 'utf8'),
  ])
  if (module.tour === undefined) throw new Error(`${name}/tour.ts exports no "tour"`)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- pnpm reads the same file
  const { scripts = {} } = JSON.parse(manifest) as { scripts?: Record<string, string> }
  const lesson = { ...module.tour, name, folder, scripts }
  for (const program of lesson.steps.flat()) nodeArguments(lesson, program)
  return lesson
}

/** The lessons with these names or numbers, in the order of the course; without names, all. */
export function chooseLessons(
  lessons: readonly Lesson[],
  names: readonly string[],
): readonly Lesson[] {
  const unknown = names.filter((name) => !lessons.some((lesson) => isCalled(lesson, name)))
  if (unknown.length > 0) {
    const known = lessons.map(({ name }) => name).join(', ')
    throw new Error(`there is no lesson ${unknown.join(', ')}; the lessons are ${known}`)
  }
  if (names.length === 0) return lessons
  return lessons.filter((lesson) => names.some((name) => isCalled(lesson, name)))
}

/** The lessons that the tour can run. */
export function lessonsInTour(lessons: readonly Lesson[]): readonly Lesson[] {
  return lessons.filter(({ notInTour }) => notInTour === undefined)
}

function isCalled({ name, order }: Lesson, nameOrNumber: string): boolean {
  return nameOrNumber === name || nameOrNumber === String(order)
}

/** "10 headers" and " 9 cluster": the number takes two columns, so that names are aligned. */
export function numbered({ order, name }: Pick<Lesson, 'order' | 'name'>): string {
  return `${String(order).padStart(2)} ${name}`
}

/** Node's arguments to run a program as `pnpm LESSON SCRIPT` does. */
export function nodeArguments({ name, scripts }: Lesson, program: TourProgram): readonly string[] {
  const [script, ...args] = program.command
  const [node, ...options] = scripts[script]?.split(' ') ?? []
  if (node !== 'node')
    throw new Error(`${name}/package.json has no script "${script}" that begins with "node"`)
  return [...options, ...args]
}

export interface TypedCommandOptions {
  /** How to call pnpm. Default: "pnpm", which fits in a column. */
  readonly pnpm?: string
  readonly url?: string | undefined
}

/** The command as a learner types it. --url follows the script, so that no "--" precedes it. */
export function typedCommand(
  lesson: string,
  program: TourProgram,
  { pnpm = 'pnpm', url }: TypedCommandOptions = {},
): string {
  const [script, ...args] = program.command
  const broker = url === undefined ? [] : ['--url', url]
  return [pnpm, ...[lesson, script, ...broker, ...args].map(quoted)].join(' ')
}

/** An argument, quoted for a shell if necessary. */
function quoted(argument: string): string {
  return /^[\w.,:/@=+-]+$/.test(argument)
    ? argument
    : `"${argument.replaceAll(/["\\$`]/g, String.raw`\$&`)}"`
}
