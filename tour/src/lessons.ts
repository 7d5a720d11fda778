import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import type { LessonTour, TourProgram } from '@messaging-patterns/shared/cli'

/** Where the lessons are. */
export const lessonsFolder = fileURLToPath(new URL('../../packages/', import.meta.url))

/** A lesson that has said, in its tour.ts, how it is run and what it declares. */
export interface Lesson extends LessonTour {
  /** As in "pnpm NAME consumer": the name of its folder. */
  readonly name: string
  readonly folder: string
  /** The scripts of its package.json. */
  readonly scripts: Readonly<Record<string, string>>
}

/** All lessons of a folder that have a tour.ts, in the order of the course. */
export async function findLessons(folder = lessonsFolder): Promise<readonly Lesson[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const lessons = await Promise.all(names.map((name) => readLesson(join(folder, name), name)))
  return lessons
    .filter((lesson) => lesson !== undefined)
    .toSorted((a, b) => a.order - b.order || a.name.localeCompare(b.name))
}

/** Those that a tour, which has one broker, can show. */
export function shownByTour(lessons: readonly Lesson[]): readonly Lesson[] {
  return lessons.filter(({ brokers = 1 }) => brokers === 1)
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

/** The lessons of these names, or numbers, in the order of the course; all of them for no names. */
export function chooseLessons(
  lessons: readonly Lesson[],
  names: readonly string[],
): readonly Lesson[] {
  const unknown = names.filter((name) => !lessons.some((lesson) => isCalled(lesson, name)))
  if (unknown.length > 0) {
    const known = lessons.map(({ name }) => name).join(', ')
    throw new Error(`there is no lesson ${unknown.join(', ')}; there are ${known}`)
  }
  if (names.length === 0) return lessons
  return lessons.filter((lesson) => names.some((name) => isCalled(lesson, name)))
}

function isCalled({ name, order }: Lesson, word: string): boolean {
  return word === name || word === String(order)
}

/** What Node has to be told to run a program as `pnpm LESSON SCRIPT` runs it. */
export function nodeArguments({ name, scripts }: Lesson, program: TourProgram): readonly string[] {
  const [script, ...args] = program.command
  const [node, ...options] = scripts[script]?.split(' ') ?? []
  if (node !== 'node')
    throw new Error(`${name}/package.json has no script "${script}" that begins with "node"`)
  return [...options, ...args]
}

export interface Typing {
  /** How pnpm is called. Default: "pnpm", which fits into a lane. */
  readonly by?: string
  readonly url?: string | undefined
}

/** The command as a learner types it; with the broker behind the script, where no "--" hides it. */
export function learnersCommand(
  lesson: string,
  program: TourProgram,
  { by = 'pnpm', url }: Typing = {},
): string {
  const [script, ...args] = program.command
  const broker = url === undefined ? [] : ['--url', url]
  return [by, ...[lesson, script, ...broker, ...args].map(quote)].join(' ')
}

/** As a shell wants it. */
function quote(word: string): string {
  return /^[\w.,:/@=+-]+$/.test(word) ? word : `"${word.replaceAll(/["\\$`]/g, String.raw`\$&`)}"`
}
