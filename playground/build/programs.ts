import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const packages = fileURLToPath(new URL('../../packages/', import.meta.url))

/** A program of a lesson. */
export interface LessonProgram {
  /** `work-queues/consumer` */
  readonly name: string
  readonly file: string
}

/** What needs a port for the stream protocol, and so cannot run in a page. */
const impossible = [/^streams\/client-/]

/** The programs of all lessons that can run in a page. */
export function lessonPrograms(): readonly LessonProgram[] {
  // A package without a tour is not a lesson.
  const lessons = readdirSync(packages).filter((name) =>
    existsSync(join(packages, name, 'tour.ts')),
  )
  const found = lessons.flatMap((lesson) => {
    const manifest = readFileSync(join(packages, lesson, 'package.json'), 'utf8')
    const files = new Set(
      Array.from(manifest.matchAll(/ (src\/[\w-]+)\.ts"/g), ([, file = '']) => file),
    )
    return Array.from(files, (file) => ({
      name: `${lesson}/${file.replace('src/', '')}`,
      file: join(packages, lesson, `${file}.ts`),
    }))
  })
  return found.filter(({ name }) => !impossible.some((pattern) => pattern.test(name)))
}

/** The folder with the lessons, and the sources in it that a learner can read and edit. */
export function lessonSources(): { readonly folder: string; readonly files: readonly string[] } {
  const lessons = new Set(lessonPrograms().map(({ name }) => name.split('/')[0] ?? ''))
  const files = Array.from(lessons).flatMap((lesson) =>
    readdirSync(join(packages, lesson, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(lesson, 'src', file)),
  )
  return { folder: packages, files }
}
